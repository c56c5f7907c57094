using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>The curves of a training are really drawn: on the page of the job, of the run, and of the comparison.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class CurveTests(LiveDemonstration demonstration)
{
    private const int Line = 150;

    [Theory]
    [InlineData("job")]
    [InlineData("run")]
    [InlineData("compare")]
    public async Task The_metric_of_each_round_is_drawn(string place)
    {
        var runs = await demonstration.RunsAsync();
        await using var pause = await Demonstration.PauseAsync(demonstration.Product);
        var path = place switch
        {
            "job" => $"/jobs/{await demonstration.JobAsync()}",
            "run" => $"/experiments/runs/{runs[0]}",
            _ => $"/experiments/compare?runs={string.Join(',', runs.Take(2))}",
        };
        await using var visitor = await demonstration.VisitAsync();
        await visitor.DoAsync(async page =>
        {
            await visitor.GoAsync(path);
            var chart = page.GetByRole(AriaRole.Region, new() { Name = "ROC-AUC", Exact = true });
            await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
            await Ink.DrawnAsync(chart, Line);
            Assert.Empty(visitor.Faults);
        }, $"curves-{place}");
    }
}
