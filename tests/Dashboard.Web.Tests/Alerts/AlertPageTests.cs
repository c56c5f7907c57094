using Bunit;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Layout;
using Dashboard.Web.Components.Pages.Alerts;
using Dashboard.Web.Hosting.Alerts;
using Dashboard.Web.Hosting.Alerts.Mail;
using Dashboard.Web.Tests.Kit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Alerts;

/// <summary>The pages of alerts over real stores: a model with a firing rule of its own.</summary>
public sealed class AlertPageTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly AlertRule Slow = new("Slow answers", new(SignalKind.LatencyP95), AlertComparison.Above, 20, 15, TimeSpan.FromMinutes(5), TimeSpan.Zero, TimeSpan.Zero, AlertSeverity.Critical);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-alerts-").FullName;
    private int rule;

    public AlertPageTests()
    {
        Services.AddSingleton<LocalWebhooks>(() => true);
        Services.AddDashboardStorage(new DataDirectory(folder));
        Services.AddSingleton(Dashboard.Web.Hosting.SettingsReader.Read(new ConfigurationBuilder().Build()).Settings!);
        Services.AddSingleton<IServer, NoServer>();
        Services.AddSingleton<ListeningAddresses>();
        Services.AddSingleton<TrustedAuthorities>();
        Services.AddSingleton<WebhookSender>();
        Services.AddSingleton<MailSender>();
        Services.AddSingleton<AlertMessages>();
        Services.AddSingleton<ChannelSender>();
    }

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        await Get<ModelRegistry>().CreateAsync("flights", new(), "test", isDemo: false, default);
        rule = (await Get<AlertRules>().CreateAsync("flights", Slow, enabled: true, "ada", default)).Value.Id;
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task The_page_says_what_fires_and_follows_when_it_ends()
    {
        await TakeAsync(30);
        var page = Render<AlertsPage>();
        page.WaitForAssertion(() => Assert.Equal("1 alert fires: Slow answers (flights).", page.Find(".verdict").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Contains("P95 latency is 30\u202fms; the limit is 20\u202fms", page.Find(".incident").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("Firing", page.Find("table .state").TextContent, StringComparison.Ordinal);

        await TakeAsync(3);

        page.WaitForAssertion(() => Assert.Equal("Nothing fires.", page.Find(".verdict").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Contains("OK: 1 alert", page.Find("details").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Tabs_model_and_dialogs_are_in_the_url()
    {
        await TakeAsync(30);
        Navigation.NavigateTo("/alerts?tab=rules&model=flights");
        var page = Render<AlertsPage>();
        page.WaitForAssertion(() => Assert.Equal(DefaultRules.All.Count + 1, page.FindAll("tbody tr").Count), Patience);
        Assert.Contains(RuleWords.Sentence(Slow), page.Markup, StringComparison.Ordinal);
        Navigation.NavigateTo("/alerts?tab=history");
        page.WaitForAssertion(() => Assert.Contains("Slow answers fires", page.Find("tbody").TextContent, StringComparison.Ordinal), Patience);
        Navigation.NavigateTo("/alerts?rule=new");
        page.WaitForAssertion(() => Assert.Equal("New rule", page.Find("dialog h2").TextContent), Patience);
        await page.ActAsync(() => page.Find("dialog footer button").ClickAsync(new()));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("dialog")), Patience);
        Assert.DoesNotContain("rule=", Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_is_made_from_the_dialog_with_its_preview_and_a_wrong_field_is_named()
    {
        var done = false;
        var dialog = Render<RuleDialog>(p => p.Add(d => d.Model, "flights").Add(d => d.OnClose, () => done = true));
        dialog.WaitForAssertion(() => Assert.Contains("Nothing is known of this signal", dialog.Find(".preview").TextContent, StringComparison.Ordinal), Patience);
        await dialog.ActAsync(() => dialog.Find("select").ChangeAsync(new() { Value = nameof(SignalKind.LatencyP99) }));
        await dialog.ActAsync(() => Field(dialog, "Threshold").ChangeAsync("fast"));
        dialog.WaitForAssertion(() => Assert.Contains("'threshold' is 'fast'", dialog.Find(".preview [role=alert]").TextContent, StringComparison.Ordinal), Patience);
        await dialog.ActAsync(() => Field(dialog, "Threshold").ChangeAsync("50"));
        await dialog.ActAsync(() => Field(dialog, "For at least").ChangeAsync("2 min"));
        dialog.WaitForAssertion(() => Assert.Contains("Warning when p99 latency is above 50\u202fms over the last 5\u202fmin, and that holds for 2\u202fmin.", dialog.Find(".sentence").TextContent, StringComparison.Ordinal), Patience);

        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));

        dialog.WaitForState(() => done, Patience);
        var made = Assert.Single(await Get<AlertRules>().ListAsync("flights", default), one => one.Rule.Signal.Kind == SignalKind.LatencyP99);
        Assert.Equal(("P99 latency", 50.0, TimeSpan.FromMinutes(2)), (made.Rule.Name, made.Rule.Threshold, made.Rule.HoldFor));
    }

    [Fact]
    public async Task A_rule_that_is_edited_comes_back_as_it_was_typed()
    {
        var dialog = Render<RuleDialog>(p => p.Add(d => d.Id, rule));
        dialog.WaitForAssertion(() => Assert.Equal("20", Field(dialog, "Threshold").GetAttribute("value")), Patience);
        Assert.Equal(("15", "5 min", "Slow answers"), (Field(dialog, "Over at").GetAttribute("value"), Field(dialog, "Over the last").GetAttribute("value"), Field(dialog, "Name").GetAttribute("value")));
        await dialog.ActAsync(() => Field(dialog, "Threshold").ChangeAsync("40"));
        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));
        dialog.WaitForAssertion(() => Assert.Equal(40, Get<AlertRules>().FindAsync(rule, default).Result!.Rule.Threshold), Patience);
    }

    [Fact]
    public async Task A_rule_is_switched_off_and_removed()
    {
        var tab = Render<RulesTab>();
        tab.WaitForAssertion(() => Assert.Equal(DefaultRules.All.Count + 1, tab.FindAll("tbody tr").Count), Patience);
        await tab.ActAsync(() => tab.FindAll("tbody input")[^1].ChangeAsync(new() { Value = false }));
        tab.WaitForAssertion(() => Assert.Single(tab.FindAll("tr.off")), Patience);
        Assert.False((await Get<AlertRules>().FindAsync(rule, default))!.Enabled);
        await tab.ActAsync(() => tab.FindAll("tbody tr")[^1].QuerySelectorAll("button")[^1].ClickAsync(new()));
        await tab.ActAsync(() => tab.Find("dialog button.danger").ClickAsync(new()));
        tab.WaitForAssertion(() => Assert.Equal(DefaultRules.All.Count, tab.FindAll("tbody tr").Count), Patience);
    }

    [Fact]
    public async Task A_silence_needs_a_reason_and_is_ended_from_its_tab()
    {
        var done = false;
        var dialog = Render<SilenceDialog>(p => p.Add(d => d.RuleId, rule).Add(d => d.Model, "flights").Add(d => d.OnClose, () => done = true));
        dialog.WaitForAssertion(() => Assert.True(dialog.FindAll("option").Count > 8), Patience);
        Assert.True(dialog.Find("footer button.primary").HasAttribute("disabled"));
        await dialog.ActAsync(() => Field(dialog, "Reason").InputAsync(new() { Value = "maintenance" }));
        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));
        dialog.WaitForState(() => done, Patience);

        var tab = Render<SilencesTab>();
        tab.WaitForAssertion(() => Assert.Equal("“Slow answers” of flights", tab.Find("tbody th").TextContent), Patience);
        await tab.ActAsync(() => tab.Find("tbody button").ClickAsync(new()));
        await tab.ActAsync(() => tab.Find("dialog button.primary").ClickAsync(new()));
        tab.WaitForAssertion(() => Assert.Contains("ended by operator", tab.Find("tbody").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task A_channel_shows_its_secret_once_and_a_test_shows_what_came_back()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var done = false;
        var dialog = Render<ChannelDialog>(p => p.Add(d => d.OnClose, () => done = true));
        dialog.WaitForElement("input[type=url]");
        await dialog.ActAsync(() => Field(dialog, "Name").ChangeAsync("on call"));
        await dialog.ActAsync(() => dialog.Find("input[type=url]").ChangeAsync("nonsense"));
        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));
        dialog.WaitForAssertion(() => Assert.Contains("'url' is 'nonsense'", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        await dialog.ActAsync(() => dialog.Find("input[type=url]").ChangeAsync(receiver.Url));
        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));
        dialog.WaitForAssertion(() => Assert.Equal("The channel’s signing secret", dialog.Find("dialog h2").TextContent), Patience);
        var secret = dialog.Find("input[readonly]").GetAttribute("value")!;
        Assert.False(done);
        await dialog.ActAsync(() => dialog.Find("footer button.primary").ClickAsync(new()));
        Assert.True(done);

        var tab = Render<ChannelsTab>();
        tab.WaitForAssertion(() => Assert.Contains("Not tried yet", tab.Find(".channel").TextContent, StringComparison.Ordinal), Patience);
        await tab.ActAsync(() => tab.FindAll(".channel button")[0].ClickAsync(new()));
        tab.WaitForAssertion(() => Assert.Contains("The test went through.", tab.Find(".channel").TextContent, StringComparison.Ordinal), Patience);
        tab.WaitForAssertion(() => Assert.Contains("Works", tab.Find(".channel").TextContent, StringComparison.Ordinal), Patience);
        Assert.True(receiver.Received[0].IsSignedBy(secret));
        Assert.DoesNotContain(secret, tab.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_fails_says_so_on_its_card_and_in_the_navigation()
    {
        await Get<AlertChannels>().CreateAsync(new("dead", ChannelKind.Webhook, "http://127.0.0.1:9/", null, null, AlertSeverity.Info, null, true, true, "ada"), default);
        await TakeAsync(30);
        var nav = Render<SideNav>();
        nav.WaitForAssertion(() => Assert.Equal("1", nav.Find(".count.firing").TextContent), Patience);
        var tab = Render<ChannelsTab>();
        tab.WaitForElement(".channel button", Patience);
        await tab.ActAsync(() => tab.FindAll(".channel button")[0].ClickAsync(new()));
        tab.WaitForAssertion(() => Assert.Contains("The test failed.", tab.Find(".channel").TextContent, StringComparison.Ordinal), Patience);
        nav.WaitForAssertion(() => Assert.Contains("!1", nav.Find(".count.failing").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task An_incident_shows_its_chart_what_happened_around_it_and_takes_comments_and_an_acknowledgement()
    {
        await TakeAsync(30);
        var page = Render<IncidentPage>(p => p.Add(i => i.Id, 1));
        page.WaitForAssertion(() => Assert.Equal("Slow answers", page.Find("h1").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Single(page.FindComponents<SignalChart>()), Patience);
        Assert.Single(page.FindComponent<SignalChart>().Instance.Spans);
        var events = page.Find(".events").TextContent;
        Assert.Contains("Created the model flights.", events, StringComparison.Ordinal);
        Assert.Contains("the incident begins", events, StringComparison.Ordinal);
        Assert.Contains("“Slow answers” fires. P95 latency is 30\u202fms", events, StringComparison.Ordinal);
        Assert.True(page.FindAll("button").Single(button => button.TextContent.Contains("Roll back", StringComparison.Ordinal)).HasAttribute("disabled"));

        await page.ActAsync(() => page.Find("form input").ChangeAsync("it was the disk"));
        await page.ActAsync(() => page.Find("form").SubmitAsync());
        page.WaitForAssertion(() => Assert.Contains("it was the disk", page.Find(".notes").TextContent, StringComparison.Ordinal), Patience);
        await page.ActAsync(() => page.FindAll("button").Single(button => button.TextContent.Contains("Acknowledge", StringComparison.Ordinal)).ClickAsync(new()));
        await page.ActAsync(() => page.Find("dialog footer button.primary").ClickAsync(new()));
        page.WaitForAssertion(() => Assert.Contains("looked after by operator", page.Find(".page-head").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void An_incident_that_is_not_there_leads_back()
    {
        var page = Render<IncidentPage>(p => p.Add(i => i.Id, 99));
        page.WaitForAssertion(() => Assert.Equal("There is no such incident", page.Find("h1").TextContent), Patience);
    }

    [Fact]
    public async Task A_models_page_has_a_banner_while_something_fires_and_every_chart_its_times()
    {
        var scope = Render<AlertScope>(p => p.Add(s => s.Model, "flights").AddChildContent<TimeChart>(chart => chart.Add(c => c.Title, "Requests").Add(c => c.LocalTime, true).Add(c => c.Series, [TimeSeries.Of("requests", [(DateTimeOffset.UtcNow, 1.0)])])));
        scope.WaitForAssertion(() => Assert.Empty(scope.FindAll(".notice")), Patience);
        await TakeAsync(30);
        scope.WaitForAssertion(() => Assert.Contains("Slow answers", scope.Find(".notice[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("/incidents/1", scope.Find(".notice a").GetAttribute("href"));
        scope.WaitForAssertion(() => Assert.Contains("Slow answers from", scope.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal), Patience);
        var card = Render<AlertNote>(p => p.Add(n => n.Model, "flights"));
        card.WaitForAssertion(() => Assert.Equal("Slow answers", card.Find("a").TextContent), Patience);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("5 min", 300)]
    [InlineData("1 h 30 min", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("7\u202fd", 604_800)]
    [InlineData("2w", 1_209_600)]
    [InlineData("", null)]
    [InlineData("5 parsecs", null)]
    [InlineData("min", null)]
    [InlineData("-5 min", null)]
    public void Lengths_are_read_as_people_type_them(string text, int? seconds) => Assert.Equal(seconds, LengthText.Parse(text)?.TotalSeconds);

    [Fact]
    public void Every_kind_of_signal_can_be_chosen_and_makes_a_rule()
    {
        foreach (var info in SignalInfo.All)
        {
            var form = new RuleForm();
            form.Choose(info.Kind);
            form.Subject = info.NeedsName ? "distance" : "";
            var read = form.Read("a rule");
            Assert.True(read.IsSuccess, $"{info.Kind}: {read.Error?.Message}");
            Assert.Equal(read.Value, RuleForm.Of(read.Value).Read("a rule").Value);
        }
    }

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private static AngleSharp.Dom.IElement Field<T>(IRenderedComponent<T> dialog, string label)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        dialog.FindAll("label.field").First(field => field.TextContent.Trim().StartsWith(label, StringComparison.Ordinal)).QuerySelector("input")!;

    private async Task TakeAsync(double value)
    {
        await using var db = await Get<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var stored = await db.AlertRules.AsNoTracking().SingleAsync(one => one.Id == rule);
        await Get<AlertLedger>().TakeAsync(stored.ModelId!.Value, "flights", null, [new(stored, new(DateTimeOffset.UtcNow, value, 100), null)], default);
    }

    /// <summary>What listens nowhere.</summary>
    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
