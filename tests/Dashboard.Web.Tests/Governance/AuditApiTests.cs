using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Web.Hosting;
using Microsoft.Data.Sqlite;

namespace Dashboard.Web.Tests.Governance;

public sealed class AuditApiTests
{
    [Fact]
    public async Task Who_did_what_from_where_is_listed_filtered_paged_and_downloaded()
    {
        await using var host = await TestHost.StartAsync();
        await CreateAsync(host, "Ann", "a");
        await CreateAsync(host, "Bob", "b");
        using (var changed = await host.Client.PatchAsJsonAsync("/api/v1/models/a", new { description = "new" }))
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        var all = await JsonAsync(host, "");
        var first = await JsonAsync(host, "?take=2");
        var second = await JsonAsync(host, $"?take=2&before={first.GetProperty("next").GetInt64()}");
        var bobs = await JsonAsync(host, "?actor=Bob&action=model.&model=b&from=2001-01-01Z&to=2101-01-01Z");

        Assert.Equal(["model.changed", "model.created", "model.created", "publisher.trusted"], Actions(all));
        var entry = all.GetProperty("entries")[0];
        Assert.Equal(("api", "127.0.0.1", "", "new"), (entry.GetProperty("via").GetString(), entry.GetProperty("address").GetString(), entry.GetProperty("before").GetProperty("description").GetString(), entry.GetProperty("after").GetProperty("description").GetString()));
        Assert.Equal((2, 2, false), (Actions(first).Count(), Actions(second).Count(), second.TryGetProperty("next", out _)));
        Assert.Equal("Bob", Assert.Single(bobs.GetProperty("entries").EnumerateArray()).GetProperty("actor").GetString());

        Assert.Equal(3, JsonElement.Parse(await host.Client.GetStringAsync("/api/v1/audit/3")).GetProperty("sequence").GetInt32());
        Assert.Equal(4, (await host.Client.GetStringAsync("/api/v1/audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var csv = await host.Client.GetStringAsync("/api/v1/audit/export?format=csv&actor=Bob");
        Assert.Contains("Created the model b.,api,127.0.0.1,", Assert.Single(csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?take=0", "take")]
    [InlineData("?from=2002-01-01Z&to=2001-01-01Z", "to")]
    [InlineData("/export?format=xml", "format")]
    [InlineData("/export?format=1", "format")]
    public async Task A_question_that_makes_no_sense_is_refused_with_its_field(string query, string field)
    {
        await using var host = await TestHost.StartAsync();
        using var answer = await host.Client.GetAsync(new Uri($"/api/v1/audit{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task What_happens_is_signed_soon_and_the_rest_when_the_host_stops()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-");
        var vault = Path.Combine(directory.FullName, "vault");
        await using (var host = await TestHost.StartInAsync(directory.FullName, $"--Dashboard:Governance:CheckpointDirectory={vault}"))
        {
            await CreateAsync(host, "Ann", "a");
            await UntilAsync(() => File.Exists(Path.Combine(vault, "checkpoints.ndjson")));
            await CreateAsync(host, "Ann", "b");
            var report = JsonElement.Parse(await host.Client.GetStringAsync("/api/v1/audit/verify"));
            Assert.Equal((true, 3), (report.GetProperty("isIntact").GetBoolean(), report.GetProperty("entries").GetInt32()));
        }

        var stopped = AuditVerification.Run(directory.FullName, vault, null, default).Value;
        Assert.Equal((true, 3L, 3L), (stopped.IsIntact, stopped.Entries, stopped.Covered));
        Assert.False(File.Exists(Path.Combine(directory.FullName, "audit", "checkpoints.ndjson")));
        await DataFolder.DeleteAsync(directory.FullName);
    }

    [Fact]
    public async Task Tampering_under_a_running_host_is_named()
    {
        await using var host = await TestHost.StartAsync();
        await CreateAsync(host, "Ann", "a");
        await CreateAsync(host, "Ann", "b");
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(host.DataDirectory, "dashboard.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Activity SET Actor = 'nobody' WHERE Sequence = 1";
            await command.ExecuteNonQueryAsync();
        }

        var report = JsonElement.Parse(await host.Client.GetStringAsync("/api/v1/audit/verify"));

        Assert.False(report.GetProperty("isIntact").GetBoolean());
        Assert.Equal(("edited", 1), (report.GetProperty("fault").GetProperty("kind").GetString(), report.GetProperty("fault").GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task A_folder_for_checkpoints_that_cannot_be_is_refused_at_the_start()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => ControlRoom.BuildAsync(["--Dashboard:Governance:CheckpointDirectory=/proc/nowhere"], CancellationToken.None));

        Assert.StartsWith("Dashboard:Governance:CheckpointDirectory is '/proc/nowhere'; expected a folder that can be written", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    private static async Task CreateAsync(TestHost host, string actor, string model)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/models") { Content = JsonContent.Create(new { name = model }), Headers = { { "X-Dashboard-Actor", actor } } };
        using var created = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    private static async Task<JsonElement> JsonAsync(TestHost host, string query) => JsonElement.Parse(await host.Client.GetStringAsync("/api/v1/audit" + query));

    private static IEnumerable<string?> Actions(JsonElement list) => list.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("action").GetString());

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 1200, "It does not come to pass.");
            await Task.Delay(50);
        }
    }
}
