using Bunit;
using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Live;
using Dashboard.Web.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Wall;

/// <summary>The whole screen over a real registry, with a clock that the test moves.</summary>
public sealed class WallScreenTests : PageTest, IAsyncLifetime
{
    // A time at which a rotation of twenty seconds over three pages begins.
    private readonly ManualTime time = new(DateTimeOffset.FromUnixTimeSeconds(60 * 30_000_000));
    private readonly string folder = Directory.CreateTempSubdirectory("wall").FullName;

    public WallScreenTests()
    {
        Services.AddSingleton<TimeProvider>(time);
        Services.AddDashboardStorage(new DataDirectory(folder));
        Services.AddSingleton<LivePulse>();
        Services.AddSingleton<WallReadings>();
    }

    private ModelRegistry Registry => Services.GetRequiredService<ModelRegistry>();

    private LivePulse Pulse => Services.GetRequiredService<LivePulse>();

    private ServiceCounters Counters => Services.GetRequiredService<ServiceCounters>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), CancellationToken.None);
        foreach (var name in new[] { "alpha", "beta" })
            await Registry.CreateAsync(name, new(), "test", isDemo: false, default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public void Pages_take_turns_with_a_countdown_and_leave_nothing_behind()
    {
        var wall = Show("?every=20");
        Assert.Equal(2, wall.FindAll(".wall-tile").Count);
        Assert.Equal("next page in 20\u202fs · 1 of 3", Turn(wall));
        Pass(wall, 5, () => Assert.Equal("next page in 15\u202fs · 1 of 3", Turn(wall)));
        Pass(wall, 15, () => Assert.Equal(("alpha", "next page in 20\u202fs · 2 of 3"), (Title(wall), Turn(wall))));
        Pass(wall, 20, () => Assert.Equal(("beta", "next page in 20\u202fs · 3 of 3"), (Title(wall), Turn(wall))));
        var timers = time.Timers;
        for (var round = 0; round < 20; round++)
            Pass(wall, 60, () => Assert.Equal("beta", Title(wall)));
        wall.WaitForAssertion(() => Assert.Equal((timers, 1), (time.Timers, Pulse.Viewers)));
    }

    [Fact]
    public void The_counter_changes_with_each_tick_that_had_predictions()
    {
        var wall = Show("?show=fleet");
        foreach (var count in new[] { 1, 7, 30 })
        {
            Counters.Observed("alpha", time.GetUtcNow(), count);
            var before = Total(wall);
            time.Advance(LivePulse.Interval);
            Seen(wall, () => Assert.Equal(before + count, Total(wall)));
        }
    }

    [Fact]
    public async Task Its_heart_beats_once_a_second_for_the_watchdog_and_stops_with_the_page()
    {
        var wall = Show("?show=fleet");
        var beat = wall.Find("[data-beat]").GetAttribute("data-beat");
        Pass(wall, 1, () => Assert.NotEqual(beat, wall.Find("[data-beat]").GetAttribute("data-beat")));
        await DisposeComponentsAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((0, 0), (time.Timers, Pulse.Viewers));
    }

    [Fact]
    public async Task A_deployment_of_the_last_minutes_is_in_the_banner_and_goes_again()
    {
        await DeployAsync("alpha");
        var wall = Show("?show=fleet");
        Assert.Contains("alpha: v1 promoted by test", wall.Find(".wall-banner").TextContent, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(31));
        Seen(wall, () => Assert.Empty(wall.FindAll(".wall-banner")));
    }

    [Fact]
    public async Task Incidents_stand_in_the_banner_before_deployments_the_worst_first_until_they_are_over()
    {
        await DeployAsync("alpha");
        await OpenAsync("alpha", "Inputs moved", AlertSeverity.Warning);
        var wall = Show("?show=fleet");
        Assert.Equal(["alpha: Inputs moved", "alpha: v1 promoted by test"], Banner(wall));

        await OpenAsync("beta", "Requests fail", AlertSeverity.Critical);
        Seen(wall, () => Assert.Equal(["beta: Requests fail", "alpha: Inputs moved", "and 1 more"], Banner(wall)));
        Assert.Contains("bad", wall.Find(".wall-banner p").ClassList);

        await ChangeAsync(incident => incident.AcknowledgedBy = "ana");
        Seen(wall, () => Assert.Equal("beta: Requests fail, looked after by ana", Banner(wall)[0]));
        await ChangeAsync(incident => incident.ResolvedAt = time.GetUtcNow());
        Seen(wall, () => Assert.Equal(["alpha: v1 promoted by test"], Banner(wall)));
    }

    [Fact]
    public async Task A_wall_of_one_model_says_nothing_of_another_models_incident()
    {
        await OpenAsync("beta", "Requests fail", AlertSeverity.Critical);
        Assert.Empty(Show("?models=alpha&show=fleet").FindAll(".wall-banner"));
    }

    [Fact]
    public void A_broken_url_is_explained_on_the_wall_itself()
    {
        var wall = Show("?tiles=30&evry=5");
        var text = wall.Find(".wall-fault").TextContent;
        Assert.Contains("tiles is “30”. Expected: a whole number from 1 to 12.", text, StringComparison.Ordinal);
        Assert.Contains("evry is no parameter of a wall. Expected: one of models, tag,", text, StringComparison.Ordinal);
        Assert.Empty(wall.FindAll(".wall-tile"));
        Assert.Equal(0, Pulse.Viewers);
    }

    [Fact]
    public void A_tag_that_no_model_carries_and_a_name_of_no_model_are_explained()
    {
        Assert.Contains("tag is “nowhere”. Expected: a tag that a model carries; there is none yet.", Show("?tag=nowhere").Find(".wall-fault").TextContent, StringComparison.Ordinal);
        Assert.Contains("models is “gamma”. Expected: a registered model: alpha, beta.", Show("?models=gamma").Find(".wall-fault").TextContent, StringComparison.Ordinal);
        var mixed = Show("?models=alpha,gamma&show=fleet");
        Assert.Equal(2, mixed.FindAll(".wall-tile").Count);
        Assert.Contains("No such model", mixed.FindAll(".wall-tile")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_registered_or_tagged_later_appears_by_itself()
    {
        var wall = Show("?tag=prod&show=fleet");
        await Registry.SetTagsAsync("beta", ["prod"], "test", default);
        Seen(wall, () => Assert.Equal("beta", wall.Find(".wall-tile h2").TextContent));
    }

    private static string Title(IRenderedComponent<WallScreen> wall) => wall.Find("h1").TextContent;

    private static string Turn(IRenderedComponent<WallScreen> wall) => wall.Find(".turn").TextContent;

    private static long Total(IRenderedComponent<WallScreen> wall) => long.Parse(wall.Find("[data-pulse=total]").TextContent.Replace("\u202f", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);

    private IRenderedComponent<WallScreen> Show(string query)
    {
        Navigation.NavigateTo("/wall" + query);
        var wall = Render<WallScreen>();
        // The first figures come at once, from another thread; the wall's clock stands until they are there.
        wall.WaitForAssertion(() => Assert.False(wall.Instance.IsLoading));
        wall.WaitForAssertion(() => Assert.DoesNotContain(wall.FindAll("[data-pulse]"), figure => figure.TextContent == "–"));
        return wall;
    }

    private void Pass(IRenderedComponent<WallScreen> wall, int seconds, Action assertion)
    {
        for (var second = 0; second < seconds; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            // The tick of this second is over before the next one comes: it may have waited behind a reading, and then it would look at a clock that moves on.
            wall.InvokeAsync(() => { }).Wait(TimeSpan.FromMinutes(2));
        }

        wall.WaitForAssertion(assertion);
    }

    /// <summary>Waits on the machine's clock, while the wall's own stands.</summary>
    private void Seen(IRenderedComponent<WallScreen> wall, Action assertion)
    {
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (true)
        {
            try
            {
                wall.WaitForAssertion(assertion, TimeSpan.FromMilliseconds(50));
                return;
            }
            catch (Bunit.Extensions.WaitForHelpers.WaitForFailedException) when (DateTime.UtcNow < deadline)
            {
                // What waits for its calm goes on only when the wall's clock moves a little.
                time.Advance(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>The lines of the banner without their ages.</summary>
    private static string[] Banner(IRenderedComponent<WallScreen> wall) => [.. wall.FindAll(".wall-banner p").Select(line => string.Concat(line.ChildNodes.Where(node => node.NodeName != "SMALL").Select(node => node.TextContent)).Trim())];

    private async Task OpenAsync(string name, string title, AlertSeverity severity)
    {
        await using (var db = await Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            var model = await db.Models.SingleAsync(m => m.Name == name);
            db.Incidents.Add(new Incident { ModelId = model.Id, Title = title, Situation = "as found", Severity = severity, OpenedAt = time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        Services.GetRequiredService<Notifications>().Publish(new(Topics.Alerts, name, AlertSubjects.State));
    }

    private async Task ChangeAsync(Action<Incident> change)
    {
        await using (var db = await Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync())
        {
            foreach (var incident in db.Incidents)
                change(incident);
            await db.SaveChangesAsync();
        }

        Services.GetRequiredService<Notifications>().Publish(new(Topics.Alerts, "beta", AlertSubjects.State));
    }

    private async Task DeployAsync(string name)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync();
        var model = await db.Models.SingleAsync(m => m.Name == name);
        var version = new ModelVersion { ModelId = model.Id, Number = 1, Digest = "d", ManifestJson = WallSamples.Reading().Picture.Model.Versions[0].ManifestJson, Source = "trained", CreatedBy = "test", CreatedAt = time.GetUtcNow() };
        db.ModelVersions.Add(version);
        await db.SaveChangesAsync();
        db.Deployments.Add(new Deployment { ModelId = model.Id, Kind = DeploymentKind.Promotion, ToVersionId = version.Id, By = "test", At = time.GetUtcNow() });
        await db.SaveChangesAsync();
    }
}
