using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Dashboard.Web.Tests.Api;

public sealed class ModelApiTests
{
    [Fact]
    public async Task A_model_goes_from_import_over_promotion_and_rollback_to_another_installation()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync();

        var first = await OkAsync(await ImportAsync(host, Tiny(-1), promote: true));
        var second = await OkAsync(await ImportAsync(host, Tiny(-2), promote: true));
        Assert.Equal((1, 2), (first.GetProperty("number").GetInt32(), second.GetProperty("number").GetInt32()));
        Assert.Contains("champion", second.GetProperty("aliases").EnumerateArray().Select(a => a.GetString()));

        var back = await OkAsync(await host.Client.PostAsync(new Uri("/api/v1/models/tiny/rollback", UriKind.Relative), null));
        Assert.Equal((2, 1, "rollback"), (back.GetProperty("from").GetInt32(), back.GetProperty("to").GetInt32(), back.GetProperty("kind").GetString()));
        Assert.Equal(1, (await GetAsync(host, "models/tiny")).GetProperty("champion").GetInt32());
        Assert.Equal(["promotion", "promotion", "rollback"], (await GetAsync(host, "models/tiny/deployments")).EnumerateArray().Select(d => d.GetProperty("kind").GetString()));

        var zip = await host.Client.GetByteArrayAsync(new Uri("/api/v1/models/tiny/versions/champion/package", UriKind.Relative));
        using var content = new ByteArrayContent(zip);
        var moved = await OkAsync(await other.Client.PostAsync(new Uri("/api/v1/models/moved/versions/package", UriKind.Relative), content));
        Assert.Equal(first.GetProperty("digest").GetString(), moved.GetProperty("digest").GetString());
        await OkAsync(await other.Client.PostAsJsonAsync("/api/v1/models/moved/promote", new { version = 1, expectedChampion = 0 }));
    }

    [Fact]
    public async Task A_model_is_made_changed_pointed_at_and_deleted()
    {
        await using var host = await TestHost.StartAsync();

        var created = await host.Client.PostAsJsonAsync("/api/v1/models", new { name = "tiny", description = "Small", windowSeconds = 3600 });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await OkAsync(await ImportAsync(host, Tiny(-1)));
        await OkAsync(await host.Client.PutAsJsonAsync("/api/v1/models/tiny/aliases/challenger", new { version = 1 }));
        await OkAsync(await host.Client.PatchAsJsonAsync("/api/v1/models/tiny", new { windowSeconds = 60 }));

        var model = await GetAsync(host, "models/tiny");
        Assert.Equal(("Small", 60, 1), (model.GetProperty("description").GetString(), model.GetProperty("windowSeconds").GetInt32(), model.GetProperty("challenger").GetInt32()));
        Assert.Equal(["model.changed", "alias.set", "version.registered", "model.created"], (await GetAsync(host, "models/tiny/activity")).EnumerateArray().Select(a => a.GetProperty("action").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync(new Uri("/api/v1/models/tiny", UriKind.Relative))).StatusCode);
        Assert.Empty((await GetAsync(host, "models")).EnumerateArray());
    }

    [Fact]
    public async Task Tags_replace_the_tags_before_and_a_bad_one_is_named()
    {
        await using var host = await TestHost.StartAsync();
        using var created = await host.Client.PostAsJsonAsync("/api/v1/models", new { name = "tiny" });
        await OkAsync(await host.Client.PutAsJsonAsync("/api/v1/models/tiny/tags", new { tags = new[] { "production", "eu", "eu" } }));
        Assert.Equal(["eu", "production"], Tags(await GetAsync(host, "models/tiny")));
        await OkAsync(await host.Client.PutAsJsonAsync("/api/v1/models/tiny/tags", new { tags = new[] { "production", "us" } }));
        Assert.Equal(["production", "us"], Tags((await GetAsync(host, "models"))[0]));

        using var refused = await host.Client.PutAsJsonAsync("/api/v1/models/tiny/tags", new { tags = new[] { "us", "a b" } });
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.BadRequest, "tags", "a b"), (refused.StatusCode, problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()));
        using var missing = await host.Client.PutAsJsonAsync("/api/v1/models/nobody/tags", new { tags = Array.Empty<string>() });
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await OkAsync(await host.Client.PutAsJsonAsync("/api/v1/models/tiny/tags", new { tags = Array.Empty<string>() }));
        Assert.Empty(Tags(await GetAsync(host, "models/tiny")));

        static IEnumerable<string?> Tags(JsonElement model) => model.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString());
    }

    [Theory]
    [InlineData("{\"name\":\"a b\"}", 400, "name")]
    [InlineData("{\"name\":\"a\",\"windowSeconds\":7}", 400, "windowSeconds")]
    [InlineData("{\"name\":\"a\",\"windowSeconds\":\"x\"}", 400, "windowSeconds")]
    [InlineData("{}", 400, "name")]
    [InlineData("[]", 400, "body")]
    [InlineData("{", 400, "body")]
    public async Task A_bad_request_names_the_field(string json, int status, string field)
    {
        await using var host = await TestHost.StartAsync();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");

        var response = await host.Client.PostAsync(new Uri("/api/v1/models", UriKind.Relative), content);

        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((status, field), ((int)response.StatusCode, problem.GetProperty("field").GetString()));
        Assert.NotNull(problem.GetProperty("expected").GetString());
    }

    [Fact]
    public async Task What_is_no_model_and_what_is_no_package_is_refused_with_a_reason()
    {
        await using var host = await TestHost.StartAsync();
        using var noZip = new ByteArrayContent("no zip"u8.ToArray());

        var package = await host.Client.PostAsync(new Uri("/api/v1/models/tiny/versions/package", UriKind.Relative), noZip);
        var model = await ImportAsync(host, "{}"u8.ToArray());
        var count = await ImportAsync(host, Tiny(-1), features: "a,b,c");
        var nobody = await host.Client.PostAsJsonAsync("/api/v1/models/nobody/promote", new { version = 1 });

        Assert.Equal(HttpStatusCode.BadRequest, package.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, model.StatusCode);
        Assert.Contains("2 features", await count.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task A_rollback_without_a_champion_before_is_a_conflict()
    {
        await using var host = await TestHost.StartAsync();
        await OkAsync(await ImportAsync(host, Tiny(-1), promote: true));

        var response = await host.Client.PostAsync(new Uri("/api/v1/models/tiny/rollback", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    /// <summary>A model file as XGBoost writes it: one tree of one split.</summary>
    internal static byte[] Tiny(double below) => Encoding.UTF8.GetBytes($$"""
        {"version":[1,7,4],"learner":{"attributes":{},"feature_names":["x","y"],"feature_types":["float","float"],
         "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
         "objective":{"name":"binary:logistic"},
         "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],"split_conditions":[3.0,{{below}},1.0],"default_left":[1,0,0],"split_type":[0,0,0],
           "categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"tree_param":{"num_nodes":"3","size_leaf_vector":"0"} }] } } } }
        """);

    private static async Task<HttpResponseMessage> ImportAsync(TestHost host, byte[] model, string? features = null, bool promote = false)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(model), "file", "model.json" } };
        if (features is not null)
            form.Add(new StringContent(features), "features");
        if (promote)
            form.Add(new StringContent("true"), "promote");
        return await host.Client.PostAsync(new Uri("/api/v1/models/tiny/versions/xgboost", UriKind.Relative), form);
    }

    private static async Task<JsonElement> GetAsync(TestHost host, string path) => await OkAsync(await host.Client.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative)));

    private static async Task<JsonElement> OkAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }
}
