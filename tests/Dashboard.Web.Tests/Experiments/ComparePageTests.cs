using AngleSharp.Dom;
using Bunit;
using Dashboard.Web.Components.Pages.Experiments;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Experiments;

public sealed class ComparePageTests : ExperimentPageTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Curves_of_all_runs_are_on_one_chart_each()
    {
        var (first, second) = (await FinishedAsync("first", quality: 0.1), await FinishedAsync("second", quality: 0.6));

        var page = Open($"runs={first},{second}");

        page.WaitForAssertion(() => Assert.Contains("ROC curve", Charts(page)), Patience);
        Assert.Equal(["ROC-AUC", "ROC curve", "Precision and recall", "Calibration"], Charts(page));
        var roc = page.FindAll("section.chart").Single(chart => chart.GetAttribute("aria-label") == "ROC curve");
        Assert.Equal(3, roc.QuerySelectorAll(".legend > span").Length);
    }

    [Fact]
    public async Task A_run_in_progress_moves_as_it_trains()
    {
        var id = await StartAsync("training", rounds: 3);
        var page = Open($"runs={id}");
        page.WaitForAssertion(() => Assert.Contains("validation 0.620", Spoken(page), StringComparison.Ordinal), Patience);

        await ReportAsync(id, 3, 0.71);

        page.WaitForAssertion(() => Assert.Contains("validation 0.710", Spoken(page), StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Differences_only_leaves_out_what_is_the_same()
    {
        var (slow, fast) = (await FinishedAsync("slow", 0.1, learningRate: "0.01"), await FinishedAsync("fast", 0.6, learningRate: "0.3"));

        var all = Open($"runs={slow},{fast}");
        all.WaitForAssertion(() => Assert.Contains("Max depth", Rows(all)), Patience);
        var different = Open($"runs={slow},{fast}&diff=1");

        different.WaitForAssertion(() => Assert.Contains("Learning rate", Rows(different)), Patience);
        Assert.DoesNotContain("Max depth", Rows(different));
        Assert.DoesNotContain("Model", Rows(different));
    }

    [Fact]
    public async Task Figures_show_the_distance_from_the_first_run_and_mark_the_best()
    {
        var (first, second) = (await FinishedAsync("first", quality: 0.02), await FinishedAsync("second", quality: 0.6));
        var page = Open($"runs={first},{second}");

        page.WaitForAssertion(() => Assert.Contains("Log loss", Rows(page)), Patience);
        var cells = page.FindAll("tbody tr").Single(row => row.QuerySelector("th")!.TextContent == "Log loss").QuerySelectorAll("td");
        Assert.StartsWith("−", cells[1].QuerySelector("small")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("best", cells[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("best", cells[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taking_a_run_out_changes_the_address()
    {
        var (first, second) = (await FinishedAsync("first", 0.1), await FinishedAsync("second", 0.6));
        var page = Open($"runs={first},{second}");

        page.WaitForElement("button[aria-label='Take first out of the comparison']", Patience);
        await page.ActAsync(() => page.Find("button[aria-label='Take first out of the comparison']").ClickAsync());

        page.WaitForAssertion(() => Assert.Equal($"?runs={second}", new Uri(Navigation.Uri).Query), Patience);
        page.WaitForAssertion(() => Assert.Equal("Compare 1 run", page.Find("h1").TextContent), Patience);
    }

    [Fact]
    public async Task Runs_of_the_same_name_are_told_apart()
    {
        var (first, second) = (await FinishedAsync("same", 0.1), await FinishedAsync("same", 0.6));
        var page = Open($"runs={first},{second}");

        page.WaitForAssertion(() => Assert.Equal([$"same · {first[^4..]}", $"same · {second[^4..]}"], page.FindAll(".comparison thead a").Select(link => link.TextContent)), Patience);
    }

    [Fact]
    public void Without_runs_the_page_says_where_to_choose_them()
    {
        var page = Open("runs=");
        page.WaitForAssertion(() => Assert.Equal("No run is chosen", page.Find(".empty h3").TextContent), Patience);
    }

    private IRenderedComponent<Compare> Open(string query)
    {
        Navigation.NavigateTo("/experiments/compare?" + query);
        return Render<Compare>();
    }

    private static IEnumerable<string?> Charts(IRenderedComponent<Compare> page) => page.FindAll("section.chart").Select(chart => chart.GetAttribute("aria-label"));

    private static string Spoken(IRenderedComponent<Compare> page) => page.Find(".time-plot").GetAttribute("aria-label")!;

    private static IEnumerable<string> Rows(IRenderedComponent<Compare> page) => page.FindAll(".comparison tbody th[scope=row]").Select(header => header.TextContent);
}
