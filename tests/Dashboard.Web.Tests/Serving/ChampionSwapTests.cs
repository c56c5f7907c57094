using System.Net;
using System.Text.Json;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring;

namespace Dashboard.Web.Tests.Serving;

public sealed class ChampionSwapTests
{
    [Fact]
    public async Task Promotions_and_rollbacks_under_load_fail_no_request_and_mix_no_answer()
    {
        await using var host = await TestHost.StartAsync();
        for (var number = 1; number <= 3; number++)
            await ConstantModels.RegisterAsync(host, "constant", number);
        await ConstantModels.PromoteAsync(host, "constant", 1);

        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => LoadAsync(host, stop.Token))).ToList();
        for (var round = 0; round < 5; round++)
        {
            await ConstantModels.PromoteAsync(host, "constant", 2);
            Assert.Equal(2, await AskAsync(host));
            await ConstantModels.PromoteAsync(host, "constant", 3);
            Assert.Equal(3, await AskAsync(host));
            await ConstantModels.RollBackAsync(host, "constant");
            Assert.Equal(2, await AskAsync(host));
            await ConstantModels.RollBackAsync(host, "constant");
            Assert.Equal(1, await AskAsync(host));
        }

        await stop.CancelAsync();
        var answers = (await Task.WhenAll(clients)).SelectMany(list => list).ToList();
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, answer.Version * 10.0), (answer.Status, answer.Value)));
        Assert.Contains(answers, answer => answer.Version == 1);
        var monitoring = host.Get<MonitoringQueries>();
        var counted = 0L;
        await EventuallyAsync(async () => (counted = (await monitoring.ServiceAsync("constant", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1), 400, default)).Total.Requests)
            == answers.Count + 20, () => $"{answers.Count + 20} requests were answered, {counted} are counted.");
    }

    [Fact]
    public async Task A_rollback_needs_nothing_from_disk()
    {
        await using var host = await TestHost.StartAsync();
        var first = await ConstantModels.RegisterAsync(host, "constant", 1);
        await ConstantModels.RegisterAsync(host, "constant", 2);
        await ConstantModels.PromoteAsync(host, "constant", 1);
        await ConstantModels.PromoteAsync(host, "constant", 2);

        File.Delete(ConstantModels.PackageFile(host, first, "booster.json"));
        await ConstantModels.RollBackAsync(host, "constant");

        Assert.Equal(1, await AskAsync(host));
    }

    [Fact]
    public async Task A_damaged_package_is_refused_and_the_champion_stays()
    {
        await using var host = await TestHost.StartAsync();
        await ConstantModels.RegisterAsync(host, "constant", 1);
        var second = await ConstantModels.RegisterAsync(host, "constant", 2);
        await ConstantModels.PromoteAsync(host, "constant", 1);
        var file = ConstantModels.PackageFile(host, second, "booster.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("20", "66", StringComparison.Ordinal));

        var refused = await host.Get<ChampionSwitch>().PromoteAsync(new("constant", "test"), 2, default);

        Assert.Contains("SHA-256", refused.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(1, await AskAsync(host));
        Assert.Equal(1, host.Get<Router>().Current.Models["constant"].Champion!.Number);
    }

    [Fact]
    public async Task After_a_restart_the_champion_answers_the_first_request_and_a_damaged_one_says_why_not()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        await using (var host = await TestHost.StartInAsync(directory))
        {
            await ConstantModels.RegisterAsync(host, "constant", 1);
            var broken = await ConstantModels.RegisterAsync(host, "broken", 2);
            await ConstantModels.PromoteAsync(host, "constant", 1);
            await ConstantModels.PromoteAsync(host, "broken", 1);
            File.Delete(ConstantModels.PackageFile(host, broken, "booster.json"));
        }

        await using (var host = await TestHost.StartInAsync(directory, "--Logging:LogLevel:Default=None"))
        {
            Assert.Equal(1, await AskAsync(host));
            using var answer = await host.Client.PostAsync("/v2/models/broken/infer", new StringContent(ConstantModels.Request));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("""{"error":"'broken' has no champion that is ready: The package lacks the file 'booster.json'."}""", await answer.Content.ReadAsStringAsync());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.GetAsync("/v2/health/ready")).StatusCode);
        }

        await DataFolder.DeleteAsync(directory);
    }

    [Fact]
    public async Task The_champion_before_and_the_challenger_answer_when_named_and_the_rest_is_unloaded()
    {
        await using var host = await TestHost.StartAsync();
        for (var number = 1; number <= 3; number++)
        {
            await ConstantModels.RegisterAsync(host, "constant", number);
            await ConstantModels.PromoteAsync(host, "constant", number);
        }

        await EventuallyAsync(() => Task.FromResult(host.Get<Router>().Current.Models["constant"].Versions.Keys.Order().SequenceEqual([2, 3])));

        using var before = await host.Client.PostAsync("/v2/models/constant/versions/2/infer", new StringContent(ConstantModels.Request));
        using var unloaded = await host.Client.PostAsync("/v2/models/constant/versions/1/infer", new StringContent(ConstantModels.Request));
        Assert.Contains("\"model_version\":\"2\"", await before.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"error":"Version '1' of 'constant' is not loaded; loaded are 2, 3 (champion)."}""", await unloaded.Content.ReadAsStringAsync());
    }

    private static async Task<int> AskAsync(TestHost host)
    {
        using var response = await host.Client.PostAsync("/v2/models/constant/infer", new StringContent(ConstantModels.Request));
        return (await ReadAsync(response)).Version;
    }

    private static async Task<List<(HttpStatusCode Status, int Version, double Value)>> LoadAsync(TestHost host, CancellationToken stop)
    {
        var answers = new List<(HttpStatusCode, int, double)>();
        while (!stop.IsCancellationRequested)
        {
            using var response = await host.Client.PostAsync("/v2/models/constant/infer", new StringContent(ConstantModels.Request), CancellationToken.None);
            answers.Add(await ReadAsync(response));
        }

        return answers;
    }

    private static async Task<(HttpStatusCode Status, int Version, double Value)> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            return (response.StatusCode, 0, double.NaN);
        using var body = JsonDocument.Parse(text);
        return (response.StatusCode, int.Parse(body.RootElement.GetProperty("model_version").GetString()!), body.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string>? otherwise = null)
    {
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, otherwise?.Invoke() ?? "It did not happen within two minutes.");
            await Task.Delay(50);
        }
    }
}
