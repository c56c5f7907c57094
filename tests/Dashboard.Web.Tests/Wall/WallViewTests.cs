using Bunit;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Health;
using Dashboard.Storage.Monitoring;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using static Dashboard.Web.Tests.Wall.WallSamples;

namespace Dashboard.Web.Tests.Wall;

/// <summary>The large model, a tile and the banner, drawn from samples.</summary>
public sealed class WallViewTests : PageTest
{
    public WallViewTests() => Services.AddSingleton<TimeProvider>(new ManualTime(Now));

    [Fact]
    public void The_large_model_shows_state_figure_service_and_what_moved()
    {
        var view = Render<WallModel>(p => p.Add(v => v.Reading, Reading()).Add(v => v.Pulse, Pulse(Now)).Add(v => v.Options, WallOptions.Default).Add(v => v.Now, Now));
        Assert.Equal("Drifting", view.Find(".wall-state").TextContent);
        Assert.NotNull(view.Find(".wall-state svg"));
        Assert.Equal("1 of 2 inputs moved.", view.Find(".judged p").TextContent);
        Assert.Equal(("0.641", "−0.030 to baseline 0.671"), (view.Find(".lead > b").TextContent, view.Find(".lead > p").TextContent));
        Assert.Equal(["v3, 2\u202fd ago", "v4, 2\u202fh ago"], view.FindAll("dd").Select(cell => cell.TextContent));
        Assert.Equal("hour60\u202f% of importance", view.Find(".lead li").TextContent.Trim());
        Assert.Equal(["1\u202f204\u202f517", "120", "0\u202f%", "1.90\u202fms", "83\u202f%", "1 of 2"], view.FindAll(".kpis b").Select(figure => figure.TextContent.Trim()));
        Assert.Contains("ROC-AUC 0.641", view.Find("[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_metric_of_the_url_is_shown_where_the_task_has_it()
    {
        var tile = Tile(Reading(), options: WallOptions.Default with { Metric = "log_loss" });
        Assert.Equal("0.5200", tile.Find(".figure b").TextContent);
        Assert.Equal("0.641", Tile(Reading(), options: WallOptions.Default with { Metric = "rmse" }).Find(".figure b").TextContent);
    }

    [Fact]
    public void Before_labels_the_estimate_stands_for_the_figure_and_beside_some_labels_it_stands_too()
    {
        var (reading, status) = (Reading(), Reading().Status);
        var estimated = new EstimatedMetrics(new Dictionary<string, EstimatedFigure> { ["roc_auc"] = new(0.652, 0.004, 0.64, 0.664) }, 1000, 0, EstimateCaveats.None);
        MetricWindow Estimated(MetricWindow window) => window with { Estimated = estimated };
        var some = reading with { Status = status with { Series = status.Series with { Total = Estimated(status.Series.Total), Windows = [.. status.Series.Windows.Select(Estimated)] } } };
        Assert.Contains("ROC-AUC · est. 0.652 ± 0.012", Tile(some).Markup, StringComparison.Ordinal);
        Assert.Equal("0.641", Tile(some).Find(".figure b").TextContent);
        Assert.Equal(["ROC-AUC", "estimated", "baseline 0.671"], WallFigure.Of(some, null)!.Lines.Select(line => line.Name));

        MetricWindow Unlabelled(MetricWindow window) => Estimated(window) with { Labelled = 0, Metrics = new Dictionary<string, double>() };
        var none = reading with { Status = status with { Series = status.Series with { Total = Unlabelled(status.Series.Total), Windows = [.. status.Series.Windows.Select(Unlabelled)] } } };
        var view = Render<WallModel>(p => p.Add(v => v.Reading, none).Add(v => v.Pulse, Pulse(Now)).Add(v => v.Options, WallOptions.Default).Add(v => v.Now, Now));
        Assert.Equal(("ROC-AUC, estimated", "0.652"), (view.Find(".lead h2").TextContent, view.Find(".lead > b").TextContent));
        Assert.Equal(["0.652 ± 0.012 before labels", "baseline 0.671"], view.FindAll(".lead > p").Select(line => line.TextContent));
    }

    [Fact]
    public void A_silent_tile_is_striped_and_says_since_when()
    {
        var tile = Tile(Reading(HealthState.Healthy), last: Now.AddMinutes(-12));
        Assert.Equal("Stale 12\u202fmin", tile.Find(".wall-state").TextContent);
        Assert.Contains("silent", tile.Find("article").ClassName, StringComparison.Ordinal);
        Assert.Equal("0.641", tile.Find(".figure b").TextContent);
        Assert.DoesNotContain("silent", Tile(Reading()).Find("article").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_no_model_gets_a_tile_that_names_parameter_value_and_what_was_expected()
    {
        var tile = Render<WallTile>(p => p.Add(t => t.Model, "nobody").Add(t => t.IsMissing, true).Add(t => t.Options, WallOptions.Default).Add(t => t.Now, Now));
        Assert.Contains("models is “nobody”. Expected: the name of a registered model.", tile.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pulse_draws_the_counts_again_but_not_the_chart()
    {
        var view = Render<WallModel>(p => p.Add(v => v.Reading, Reading()).Add(v => v.Pulse, Pulse(Now)).Add(v => v.Options, WallOptions.Default).Add(v => v.Now, Now));
        var chart = view.FindComponent<WallChart>();
        var drawn = chart.RenderCount;
        view.Render(p => p.Add(v => v.Pulse, Pulse(Now) with { Predictions = 1_204_518 }));
        Assert.Equal("1\u202f204\u202f518", view.Find("[data-pulse=predictions]").TextContent);
        Assert.Equal(drawn, chart.RenderCount);
        view.Render(p => p.Add(v => v.Reading, Reading()));
        Assert.True(chart.RenderCount > drawn);
    }

    [Fact]
    public void The_banner_shows_two_and_counts_the_others()
    {
        WallNotice[] notices = [new(StateKind.Bad, "alert", "fraud: latency above 20 ms", Now), new(StateKind.None, "up", "v4 promoted", Now), new(StateKind.None, "up", "v3 promoted", Now)];
        var banner = Render<WallBanner>(p => p.Add(b => b.Items, notices));
        Assert.Equal(3, banner.FindAll("p").Count);
        Assert.Contains("latency above 20 ms", banner.Find("p.bad").TextContent, StringComparison.Ordinal);
        Assert.Equal("and 1 more", banner.FindAll("p")[2].TextContent);
        Assert.Empty(Render<WallBanner>(p => p.Add(b => b.Items, [])).Markup);
    }

    [Theory]
    [InlineData(990, "990")]
    [InlineData(1234, "1\u202f200")]
    [InlineData(12.34, "12")]
    [InlineData(1.26, "1.3")]
    [InlineData(0.0312, "0.031")]
    [InlineData(0, "0")]
    public void Rates_have_two_significant_digits(double rate, string text) => Assert.Equal(text, WallText.Calm(rate));

    private IRenderedComponent<WallTile> Tile(WallReading reading, DateTimeOffset? last = null, WallOptions? options = null) =>
        Render<WallTile>(p => p.Add(t => t.Model, "flight-delay").Add(t => t.Reading, reading).Add(t => t.Pulse, Pulse(last ?? Now)).Add(t => t.Options, options ?? WallOptions.Default).Add(t => t.Now, Now));
}
