using Bunit;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Pages.Models.Drift;
using Dashboard.Web.Components.Pages.Models.Performance;
using Dashboard.Web.Components.Pages.Models.RootCause;
using Dashboard.Web.Components.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Kit;

public sealed class ModelTabsTests : PageTest, IAsyncLifetime
{
    private static readonly DateTimeOffset Feb1 = new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string folder = Directory.CreateTempSubdirectory("pages").FullName;

    public ModelTabsTests()
    {
        Services.AddDashboardStorage(new DataDirectory(folder));
        // Asked for by a button and answered by a process of its own; has its own tests.
        ComponentFactories.AddStub<RootCausePanel>();
    }

    public Task InitializeAsync() => StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), CancellationToken.None);

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public void The_live_tab_shows_the_figures_with_units_and_their_clock()
    {
        var tab = Render<LiveTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, Status()));
        Assert.Equal("0.641", Kpi(tab, "ROC-AUC"));
        Assert.Contains("−0.030 to baseline", tab.Find("[aria-label='ROC-AUC']").TextContent);
        Assert.Equal("1 of 2", Kpi(tab, "Drift"));
        Assert.Contains("60\u202f% of importance", tab.Find("[aria-label=Drift]").TextContent);
        Assert.Equal("1.90\u202fms", Kpi(tab, "p95 latency"));
        Assert.Equal("0.500\u202f%", Kpi(tab, "Errors"));
        Assert.Equal("83\u202f%", Kpi(tab, "Labelled"));
        Assert.All(tab.FindAll(".chart .note"), note => Assert.Matches("arrival time|model’s clock|reference", note.TextContent));
        Assert.Contains("baseline 0.671", tab.Find(".legend").TextContent);
    }

    [Fact]
    public void An_estimate_stands_beside_realised_figures_with_what_to_know_about_it_and_its_absence_says_what_to_give()
    {
        var status = Status();
        var estimate = new EstimatedMetrics(new Dictionary<string, EstimatedFigure> { ["roc_auc"] = new(0.65, 0.01, 0.62, 0.68) }, 1000, 0.25, EstimateCaveats.OutsideReference);
        IRenderedComponent<PerformanceTab> Tab(ModelSeries series) => Render<PerformanceTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, status with { Series = series }));

        var tab = Tab(status.Series with { Windows = [.. status.Series.Windows.Select(window => window with { Estimated = estimate })], Total = status.Series.Total with { Estimated = estimate } });
        Assert.Contains("estimated", tab.Find(".legend").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.620 – 0.680", tab.Find("tr.chosen").TextContent, StringComparison.Ordinal);
        Assert.Contains("25\u202f% of the scores lie outside", tab.Markup, StringComparison.Ordinal);

        var without = Tab(status.Series with { WhyNoEstimates = "Import it again with a reference sample." });
        Assert.DoesNotContain("estimated", without.Find(".legend").TextContent, StringComparison.Ordinal);
        Assert.Contains("Import it again with a reference sample.", without.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metric_of_the_chart_is_in_the_url()
    {
        var tab = Render<LiveTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, Status()));
        await tab.ActAsync(() => tab.Find("select").ChangeAsync("log_loss"));
        Assert.Contains("metric=log_loss", Query);
        tab.Render();
        Assert.NotNull(tab.Find("[aria-label='Log loss over time']"));
    }

    [Fact]
    public void Without_predictions_the_live_tab_says_what_to_do_next()
    {
        var status = Status() with { Series = Series(0), Service = Service(0) };
        var tab = Render<LiveTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, status));
        Assert.Contains("No prediction in this time range", tab.Markup);
        Assert.Contains("/v2/models/flight-delay/infer", tab.Markup);
        Assert.Equal("/?range=all", tab.Find(".empty a").GetAttribute("href"));
    }

    [Fact]
    public void The_drift_tab_names_what_moved_and_orders_inputs_by_importance()
    {
        var tab = Render<DriftTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, Status()));
        Assert.Equal("1 of 2 inputs moved since 1 Feb; it carries 60\u202f% of the model’s importance. In this time range something moved in 2 of 2 days.", tab.Find(".verdict").TextContent);
        Assert.Equal(["hour", "distance", "prediction"], tab.FindAll("tbody button").Select(button => button.TextContent));
        Assert.Equal(["hour", "distance", "prediction", "whole model"], tab.FindAll("[role=rowheader]").Select(cell => cell.TextContent));
        Assert.Equal(2, tab.FindAll("[role=gridcell]").Count(cell => cell.TextContent == "▲"));
    }

    [Fact]
    public async Task A_cell_of_the_map_chooses_input_and_window_in_the_url()
    {
        var tab = Render<DriftTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, Status()));
        await tab.ActAsync(() => tab.FindAll("[role=gridcell]")[1].ClickAsync());
        Assert.Contains("feature=hour", Query);
        Assert.Contains($"at={Feb1.AddDays(1).ToUnixTimeSeconds()}", Query);
    }

    [Fact]
    public void A_version_without_a_reference_gets_an_explanation_instead_of_a_map()
    {
        var status = Status();
        var tab = Render<DriftTab>(p => p.Add(t => t.Picture, Picture()).Add(t => t.Status, status with { Drift = status.Drift with { HasReference = false } }));
        Assert.Contains("There is no reference to compare with", tab.Markup);
        Assert.Empty(tab.FindAll("[role=grid]"));
    }

    [Fact]
    public void A_range_without_an_end_ends_at_the_newest_event_on_the_models_clock_and_now_on_the_services()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 2, TimeSpan.Zero);
        var model = new RegisteredModel { Name = "m", CreatedAt = now.AddMinutes(-10) };
        var range = ClockRanges.Of(TimeSelection.Parse("7d")!, (Feb1, Feb1.AddDays(100)), model, now);
        Assert.Equal(Feb1.AddDays(93).AddTicks(10), range.ModelFrom);
        Assert.Equal(Feb1.AddDays(100).AddTicks(10), range.ModelTo);
        Assert.Equal(model.CreatedAt, range.ServiceFrom);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 5, TimeSpan.Zero), range.ServiceTo);
        Assert.Equal(Feb1, ClockRanges.Of(TimeSelection.Parse("all")!, (Feb1, Feb1.AddDays(100)), model, now).ModelFrom);
    }

    private static string Kpi(IRenderedComponent<LiveTab> tab, string title) => tab.Find($".kpi[aria-label='{title}'] b").TextContent;

    private static ModelPicture Picture()
    {
        var manifest = new ModelManifest(1, "flight-delay", ModelTask.BinaryClassification, new([new FeatureInput("hour", InputType.Number, []), new FeatureInput("distance", InputType.Number, [])]), ["on time", "late"], 0.5,
            "xgboost", null, "model.json", null, null, new Dictionary<string, double> { ["roc_auc"] = 0.671 }, [new("hour", 0.6, null), new("distance", 0.4, null)], null, null, null, null, null, null, "", Feb1, []);
        var model = new RegisteredModel { Id = 1, Name = "flight-delay", CreatedAt = Feb1 };
        model.Versions.Add(new() { Id = 3, Number = 3, Digest = "d", ManifestJson = CanonicalJson.Serialize(manifest), Source = "trained", CreatedBy = "test", CreatedAt = Feb1 });
        model.Aliases.Add(new() { Alias = ModelAlias.Champion, VersionId = 3 });
        return new(model, [new DeploymentView(1, DeploymentKind.Promotion, null, 3, "test", "", Feb1, Feb1)]);
    }

    private static ModelStatus Status() => new(new(HealthState.Drifting, "1 of 2 inputs moved."), 3, new(Feb1, Feb1.AddDays(2), Feb1, Feb1.AddDays(2)), Series(1000), Service(1000),
        new("flight-delay", null, Feb1, Feb1.AddDays(2), "day", 86_400, true, true, 31, [Drift(0), Drift(1)], Drift(1), Feb1, null), new("day", 31, 2, new(Feb1.AddDays(1), Feb1, ["hour"], 0.6, false, false), null), new(MetricInfo.For("roc_auc"), 0.641, 0.671, 830),
        new Dictionary<string, double> { ["hour"] = 0.6, ["distance"] = 0.4 });

    private static ModelSeries Series(long rows)
    {
        MetricWindow Window(int day) => new(Feb1.AddDays(day), TimeSpan.FromDays(1), rows, rows * 83 / 100, new Dictionary<string, double> { ["roc_auc"] = 0.641, ["positive_rate"] = 0.2 }, 0.2, 3600);
        return new("flight-delay", null, Feb1, Feb1.AddDays(2), TimeSpan.FromDays(1), rows == 0 ? [] : [Window(0), Window(1)], Window(0), new Dictionary<string, double> { ["roc_auc"] = 0.671 }, 0);
    }

    private static ServiceSeries Service(long requests)
    {
        ServicePoint Point(int day) => new(Feb1.AddDays(day), TimeSpan.FromDays(1), requests, requests / 200, 0, 800, 1900, 3000);
        return new("flight-delay", Feb1, Feb1.AddDays(2), TimeSpan.FromDays(1), requests == 0 ? [] : [Point(0), Point(1)], Point(0), new Dictionary<int, long>());
    }

    private static JudgedBlock Drift(int day)
    {
        static JudgedColumn Column(string name, bool moved) => new(name, 1000, moved ? 0.3 : 0.05, moved ? 4 : 0.9, moved ? 1 / 32.0 : 0.6, moved ? 1e-6 : 0.6, moved ? 3e-6 : 0.8, moved, 0.1, 0.2, 0, 0, null, 31);
        return new(3, Feb1.AddDays(day), 86_400, 1000, 31, null, 0.001, 2.4, 0.002, 0.001, false, [Column("distance", false), Column("hour", true), Column("prediction", false)]);
    }
}
