using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Tests.Serving;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>The real host with alerts that take tenths of seconds instead of minutes, and a model that answers.</summary>
internal static class AlertHost
{
    public const string Model = "constant";

    /// <summary>Asks a model that there is for something that it has not.</summary>
    private const string WrongRequest = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":["no number"]}]}""";

    private static readonly string[] Fast =
    [
        "--Dashboard:Alerts:EvaluationSeconds=0.1", "--Dashboard:Alerts:WaitSeconds=0", "--Dashboard:Alerts:SettleSeconds=0.2", "--Dashboard:Alerts:RetrySeconds=0.1", "--Dashboard:Alerts:MostAttempts=4",
    ];

    public static async Task<TestHost> StartAsync(params string[] settings)
    {
        var host = await StartInAsync(null, settings);
        await AddModelAsync(host);
        return host;
    }

    public static Task<TestHost> StartInAsync(string? directory, params string[] settings) => TestHost.StartInAsync(directory, [.. Fast, .. settings]);

    public static async Task AddModelAsync(TestHost host)
    {
        await ConstantModels.RegisterAsync(host, Model, 1);
        await ConstantModels.PromoteAsync(host, Model, 1);
        // The defaults look over hours and days; these tests bring rules of their own.
        foreach (var rule in await host.Get<AlertRules>().ListAsync(Model, default))
            await host.Get<AlertRules>().DeleteAsync(rule.Id, "test", default);
    }

    /// <summary>More than a third of the requests of the last ten minutes, without holding: as long as no test takes, so that nothing is forgotten before a busy machine has looked at it.</summary>
    public static AlertRule ErrorRule { get; } = new("Requests fail", new(SignalKind.ErrorRate), AlertComparison.Above, 0.33, 0.1, TimeSpan.FromMinutes(10), TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Critical, MinimumSample: 5);

    public static async Task<int> AddRuleAsync(TestHost host, AlertRule rule) => (await host.Get<AlertRules>().CreateAsync(Model, rule, enabled: true, "ada", default)).Value.Id;

    public static async Task<ChannelMade> AddWebhookAsync(TestHost host, string url, string name = "hook") =>
        (await host.Get<AlertChannels>().CreateAsync(new(name, ChannelKind.Webhook, url, null, null, AlertSeverity.Info, null, TellsEnd: true, Enabled: true, "ada"), default)).Value;

    public static async Task RequestAsync(TestHost host, int count, bool good)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await host.Client.PostAsync($"/v2/models/{Model}/infer", new StringContent(good ? ConstantModels.Request : WrongRequest));
            Assert.Equal(good, response.IsSuccessStatusCode);
        }
    }

    public static async Task<AlertState?> StateAsync(TestHost host, int rule) =>
        (await host.Get<AlertQueries>().NowAsync(Model, null, default)).FirstOrDefault(alert => alert.RuleId == rule)?.State;

    public static Task<IReadOnlyList<IncidentView>> IncidentsAsync(TestHost host, bool? open = null) => host.Get<Incidents>().ListAsync(Model, open, 100, default);

    /// <summary>Waits for what happens by itself; the machine may be busy.</summary>
    /// <param name="picture">What there is instead, for the message.</param>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what, Func<Task<string>>? picture = null)
    {
        for (var i = 0; !await condition(); i++)
        {
            if (i >= 1200)
                Assert.Fail($"Not within two minutes: {what}. {(picture is null ? "" : await picture())}");
            await Task.Delay(100);
        }
    }
}
