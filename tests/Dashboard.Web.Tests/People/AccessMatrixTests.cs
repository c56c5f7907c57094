using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Dashboard.Core.Governance.People;
using Dashboard.Web.Api.OpenInference;
using Dashboard.Web.Live;
using Dashboard.Web.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.People;

/// <summary>Everything that the host answers is in the table, and every row holds for every role.</summary>
public sealed partial class AccessMatrixTests
{
    private static readonly string[] Everybody = ["nothing", "viewer", "contributor", "approver", "administrator"];

    [Fact]
    public async Task Every_endpoint_of_the_host_is_in_the_table_and_every_row_is_an_endpoint()
    {
        await using var team = await Team.StartAsync();
        var endpoints = team.Host.Get<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null).OfType<RouteEndpoint>().ToList();

        var found = new HashSet<AccessRow>();
        var missing = new List<string>();
        foreach (var endpoint in endpoints)
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                if (AccessMiddleware.RowOf(endpoint, method) is { } row)
                    found.Add(row);
                else
                    missing.Add($"{method} {endpoint.RoutePattern.RawText}");

        Assert.Empty(missing);
        // The provider's endpoint is there where a provider is configured.
        Assert.Empty(AccessTable.Rows.Where(row => row is { Surface: Surface.Endpoint or Surface.Page, Name: not "/sign-in/provider" } or { Surface: Surface.Hub, Method: "*" }).Except(found).ToList());
    }

    [Fact]
    public void Every_page_every_method_of_the_hub_and_every_operation_is_in_the_table()
    {
        var pages = typeof(LiveHub).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).ToList();
        Assert.NotEmpty(pages);
        Assert.Empty(pages.Where(route => AccessTable.Find(Surface.Page, "*", route) is null).ToList());

        var hubs = typeof(LiveHub).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Hub)))
            .SelectMany(hub => hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => method.GetBaseDefinition() == method).Select(method => $"{hub.Name}.{method.Name}")).ToList();
        Assert.NotEmpty(hubs);
        Assert.Empty(hubs.Where(method => AccessTable.Find(Surface.Hub, "", method) is null).ToList());

        Assert.Empty(Enum.GetNames<Operation>().Where(operation => AccessTable.Find(Surface.Inference, "", operation) is null).ToList());
    }

    [Fact]
    public async Task Every_endpoint_answers_every_role_as_the_table_says()
    {
        await using var team = await Team.StartAsync();
        var faults = new List<string>();
        foreach (var name in (string?[])[null, .. Everybody])
        {
            using var client = team.Client(name);
            foreach (var row in AccessTable.Rows.Where(row => row.Surface == Surface.Endpoint && row.Name != "/sign-in/provider" && !row.Name.StartsWith("/_", StringComparison.Ordinal)))
            {
                using var request = new HttpRequestMessage(new(row.Method == "*" ? "GET" : row.Method), Path(row.Name)) { Content = row.Method is "GET" or "*" ? null : new StringContent("{}", null, "application/json") };
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Judge(faults, row, name, response.StatusCode);
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Every_page_answers_every_role_as_the_table_says_and_sends_strangers_to_sign_in()
    {
        await using var team = await Team.StartAsync();
        var faults = new List<string>();
        foreach (var name in (string?[])[null, .. Everybody])
        {
            using var client = team.Client(name);
            foreach (var row in AccessTable.Rows.Where(row => row.Surface == Surface.Page && row.Needs != Permission.OwnAccount))
            {
                using var response = await client.GetAsync(Path(row.Name), HttpCompletionOption.ResponseHeadersRead);
                if (name is not null || row.Needs is null)
                    Judge(faults, row, name, response.StatusCode);
                else if (response.StatusCode != HttpStatusCode.Redirect || !response.Headers.Location!.ToString().StartsWith("/sign-in?to=", StringComparison.Ordinal))
                    faults.Add($"{row}: a stranger is answered {(int)response.StatusCode}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task The_inference_protocol_answers_every_role_as_the_table_says()
    {
        await using var team = await Team.StartAsync();
        (string Operation, HttpMethod Method, string Path)[] operations =
        [
            ("Server", HttpMethod.Get, "/v2"), ("Live", HttpMethod.Get, "/v2/health/live"), ("Ready", HttpMethod.Get, "/v2/health/ready"), ("Unknown", HttpMethod.Get, "/v2/nothing"),
            ("Metadata", HttpMethod.Get, "/v2/models/flights"), ("ModelReady", HttpMethod.Get, "/v2/models/flights/ready"), ("Infer", HttpMethod.Post, "/v2/models/flights/infer"),
        ];
        var faults = new List<string>();
        foreach (var name in (string?[])[null, .. Everybody])
        {
            using var client = team.Client(name);
            foreach (var (operation, method, path) in operations)
            {
                using var request = new HttpRequestMessage(method, path);
                using var response = await client.SendAsync(request);
                Judge(faults, AccessTable.Find(Surface.Inference, "", operation)!, name, response.StatusCode);
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_role_on_one_model_opens_that_model_and_nothing_else()
    {
        await using var team = await Team.StartAsync();
        using var client = team.Client("flights-approver");
        var faults = new List<string>();
        foreach (var row in AccessTable.Rows.Where(row => row is { Reach: Reach.Model, Surface: Surface.Endpoint, Method: "GET" } or { Reach: Reach.Model, Surface: Surface.Page }))
        {
            using var own = await client.GetAsync(Path(row.Name, Team.Flights), HttpCompletionOption.ResponseHeadersRead);
            using var other = await client.GetAsync(Path(row.Name, Team.Prices), HttpCompletionOption.ResponseHeadersRead);
            if (own.StatusCode == HttpStatusCode.Forbidden || other.StatusCode != HttpStatusCode.Forbidden)
                faults.Add($"{row}: {(int)own.StatusCode} on the own model, {(int)other.StatusCode} on another");
        }

        Assert.Empty(faults);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/api/v1/jobs")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/api/v1/models/prices/promote", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/v2/models/prices/infer", null)).StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await client.PostAsync("/v2/models/flights/infer", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/invocations?model=prices", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/invocations", null)).StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await client.PostAsync("/invocations?model=flights", null)).StatusCode);
        var list = await client.GetStringAsync("/api/v1/models");
        Assert.Contains("\"flights\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("\"prices\"", list, StringComparison.Ordinal);
    }

    /// <summary>What the rule says for a role on the installation, against what came over the wire.</summary>
    private static void Judge(List<string> faults, AccessRow row, string? name, HttpStatusCode status)
    {
        var actor = name is null ? null : new Actor(ActorKind.Token, "1", name, Enum.TryParse<Role>(name, ignoreCase: true, out var role) ? role : null, new Dictionary<string, Role>());
        var right = AccessControl.Decide(row, actor, row.Reach == Reach.Model ? Team.Flights : null) switch
        {
            Verdict.SignInFirst => status == HttpStatusCode.Unauthorized,
            Verdict.Refused => status == HttpStatusCode.Forbidden,
            _ => status is not HttpStatusCode.Unauthorized and not HttpStatusCode.Forbidden && (int)status is < 500 or 503,
        };
        if (!right)
            faults.Add($"{row}: {name ?? "a stranger"} is answered {(int)status}");
    }

    /// <summary>An address of the route. The model is one that is not there, so that what is allowed changes nothing.</summary>
    private static string Path(string route, string model = "ghost") => Parameter().Replace(route, match => match.Groups["name"].Value switch
    {
        "model" or "Name" => model,
        "id" or "Id" when match.Value.Contains(":int", StringComparison.Ordinal) => "999999",
        "id" or "Id" when match.Value.Contains(":guid", StringComparison.Ordinal) => Guid.Empty.ToString(),
        "sequence" => "999999",
        "documentName" => "v1",
        "path" when match.Value.Contains(":file", StringComparison.Ordinal) => "none.css",
        _ => "none",
    });

    [GeneratedRegex(@"\{\**(?<name>\w+)(:\w+)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
