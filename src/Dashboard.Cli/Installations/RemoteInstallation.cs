using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;

namespace Dashboard.Cli.Installations;

/// <summary>A running host, by its API.</summary>
internal sealed partial class RemoteInstallation : IInstallation
{
    /// <summary>By it the host knows who calls. No option: what is on a command line, every process of the machine can read.</summary>
    public const string TokenVariable = "DASHBOARD_TOKEN";

    private readonly HttpClient client;

    /// <param name="address">http or https, with or without a path.</param>
    public RemoteInstallation(Uri address)
    {
        Place = address.ToString().TrimEnd('/');
        client = new HttpClient { BaseAddress = new Uri(Place + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        client.DefaultRequestHeaders.Add("X-Dashboard-Actor", Uri.EscapeDataString(Environment.UserName));
    }

    public string Place { get; }

    /// <summary>Whether a host answers at the address in time.</summary>
    public async Task<bool> AnswersAsync(TimeSpan within, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(within);
        try
        {
            using var response = await client.GetAsync(new Uri("health/live", UriKind.Relative), patience.Token);
            return response.IsSuccessStatusCode && await response.Content.ReadAsStringAsync(patience.Token) == "live";
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    public Task<Result<ModelView[]>> ListAsync(CancellationToken ct) => SendAsync<ModelView[]>(HttpMethod.Get, "models", null, ct);

    public async Task<Result<VersionView>> ImportXGBoostAsync(string model, string file, IReadOnlyList<string>? features, string? reference, string? target, CancellationToken ct)
    {
        using var form = new MultipartFormDataContent { { new StreamContent(File.OpenRead(file)), "file", Path.GetFileName(file) } };
        if (features is not null)
            form.Add(new StringContent(string.Join(',', features)), "features");
        if (reference is not null)
            form.Add(new StreamContent(File.OpenRead(reference)), "reference", Path.GetFileName(reference));
        if (target is not null)
            form.Add(new StringContent(target), "target");
        return await SendAsync<VersionView>(HttpMethod.Post, $"models/{Uri.EscapeDataString(model)}/versions/xgboost", form, ct);
    }

    public async Task<Result<VersionView>> ImportPackageAsync(string model, string zip, CancellationToken ct)
    {
        using var content = new StreamContent(File.OpenRead(zip));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await SendAsync<VersionView>(HttpMethod.Post, $"models/{Uri.EscapeDataString(model)}/versions/package", content, ct);
    }

    public async Task<Result<string>> ExportAsync(string model, string version, Stream zip, CancellationToken ct)
    {
        var path = $"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}";
        var found = await SendAsync<VersionView>(HttpMethod.Get, path, null, ct);
        if (found.Error is { } unknown)
            return unknown;
        using var response = await client.GetAsync(Api(path + "/package"), HttpCompletionOption.ResponseHeadersRead, ct);
        if (!response.IsSuccessStatusCode)
            return await ProblemAsync(response, ct);
        await response.Content.CopyToAsync(zip, ct);
        return found.Value.Digest;
    }

    public async Task<Result<string>> CardAsync(string model, string version, bool asHtml, CancellationToken ct)
    {
        try
        {
            using var response = await client.GetAsync(Api($"models/{Uri.EscapeDataString(model)}/versions/{Uri.EscapeDataString(version)}/card.{(asHtml ? "html" : "md")}"), ct);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(ct) : await ProblemAsync(response, ct);
        }
        catch (HttpRequestException exception)
        {
            return new HostUnreachable(Place, exception.Message);
        }
    }

    public Task<Result<ChampionChanged>> PromoteAsync(string model, int version, string reason, CancellationToken ct) =>
        SendAsync<ChampionChanged>(HttpMethod.Post, $"models/{Uri.EscapeDataString(model)}/promote", JsonContent.Create(new { version, reason }), ct);

    public Task<Result<ChampionChanged>> RollBackAsync(string model, string reason, CancellationToken ct) =>
        SendAsync<ChampionChanged>(HttpMethod.Post, $"models/{Uri.EscapeDataString(model)}/rollback", JsonContent.Create(new { reason }), ct);

    public Task<Result<EntityErased>> EraseEntityAsync(string model, string key, CancellationToken ct) =>
        SendAsync<EntityErased>(HttpMethod.Delete, $"models/{Uri.EscapeDataString(model)}/entities/{Uri.EscapeDataString(key)}", null, ct);

    public Task<Result<IReadOnlyList<PastErasure>>> ErasuresAsync(string model, string key, CancellationToken ct) =>
        SendAsync<IReadOnlyList<PastErasure>>(HttpMethod.Get, $"models/{Uri.EscapeDataString(model)}/entities/{Uri.EscapeDataString(key)}", null, ct);

    public async Task<Result<RegisteredData>> RegisterDataAsync(string name, string file, CancellationToken ct)
    {
        using var form = new MultipartFormDataContent { { new StreamContent(File.OpenRead(file)), "file", Path.GetFileName(file) } };
        return await SendAsync<RegisteredData>(HttpMethod.Post, $"datasets?name={Uri.EscapeDataString(name)}", form, ct);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Uri Api(string path) => new("api/v1/" + path, UriKind.Relative);

    private async Task<Result<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, Api(path)) { Content = content };
            using var response = await client.SendAsync(request, ct);
            return response.IsSuccessStatusCode
                ? CanonicalJson.Deserialize<T>((await response.Content.ReadAsByteArrayAsync(ct)).AsSpan())
                : await ProblemAsync(response, ct);
        }
        catch (HttpRequestException exception)
        {
            return new HostUnreachable(Place, exception.Message);
        }
    }

    private static async Task<Error> ProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var kind = response.StatusCode switch
        {
            HttpStatusCode.NotFound => ErrorKind.NotFound,
            HttpStatusCode.Conflict => ErrorKind.Conflict,
            HttpStatusCode.RequestEntityTooLarge => ErrorKind.TooLarge,
            HttpStatusCode.BadRequest => ErrorKind.Invalid,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ErrorKind.Forbidden,
            _ => ErrorKind.Unavailable,
        };
        try
        {
            var problem = CanonicalJson.Deserialize<Problem>((await response.Content.ReadAsByteArrayAsync(ct)).AsSpan());
            var said = problem.Detail ?? problem.Title ?? $"The host answered {(int)response.StatusCode}.";
            return new HostRefused(kind, response.StatusCode == HttpStatusCode.Unauthorized ? $"{said} Set DASHBOARD_TOKEN to the token." : said) { Field = problem.Field, Value = problem.Value, Expected = problem.Expected };
        }
        catch (JsonException)
        {
            return new HostRefused(kind, $"The host answered {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }

    private sealed record Problem(string? Title, string? Detail, string? Field, string? Value, string? Expected);
}

/// <summary>What the host said against it.</summary>
internal sealed record HostRefused(ErrorKind Because, string Reason) : Error(Because, Reason);

/// <summary>Nobody answers at the address.</summary>
internal sealed record HostUnreachable(string Address, string Reason) : Error(ErrorKind.Unavailable, $"No host answers at {Address}: {Reason}");
