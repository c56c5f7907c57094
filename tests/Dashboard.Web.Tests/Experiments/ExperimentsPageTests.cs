using Bunit;
using ExperimentsPage = Dashboard.Web.Components.Pages.Experiments.Experiments;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Experiments;

public sealed class ExperimentsPageTests : ExperimentPageTest
{
    [Fact]
    public void Without_a_run_the_page_says_what_to_do_next()
    {
        var page = Render<ExperimentsPage>();
        page.WaitForAssertion(() => Assert.Equal("No run yet", page.Find(".empty h3").TextContent));
    }

    [Fact]
    public async Task Runs_are_listed_with_their_figures_and_the_best_is_marked()
    {
        await FinishedAsync("weak", quality: 0.02);
        await FinishedAsync("strong", quality: 0.6);

        var page = Render<ExperimentsPage>();

        page.WaitForAssertion(() => Assert.Equal(["strong", "weak"], page.FindAll(".run-name a").Select(link => link.TextContent)));
        Assert.Contains(page.FindAll("td strong"), cell => cell.TextContent.StartsWith("1.000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sorting_is_in_the_address_and_puts_runs_without_the_figure_last()
    {
        await FinishedAsync("strong", quality: 0.6);
        await StartAsync("running");
        await FinishedAsync("weak", quality: 0.02);
        Navigation.NavigateTo("/experiments?sort=metric:roc_auc");

        var page = Render<ExperimentsPage>();

        page.WaitForAssertion(() => Assert.Equal(["weak", "strong", "running"], page.FindAll(".run-name a").Select(link => link.TextContent)));
        Assert.Equal("ascending", page.FindAll("th").Single(header => header.HasAttribute("aria-sort") && header.GetAttribute("aria-sort")!.Length > 0).GetAttribute("aria-sort"));
    }

    [Fact]
    public async Task Ticking_two_runs_leads_to_their_comparison()
    {
        var first = await FinishedAsync("first", quality: 0.1);
        var second = await FinishedAsync("second", quality: 0.2);
        var page = Render<ExperimentsPage>();

        page.WaitForElement("tbody input[type=checkbox]");
        await page.ActAsync(() => page.Find("tbody input[type=checkbox]").ChangeAsync(true));
        page.WaitForAssertion(() => Assert.Contains($"select={second}", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tr.selected")));
        await page.ActAsync(() => page.FindAll("tbody input[type=checkbox]")[1].ChangeAsync(true));

        page.WaitForAssertion(() => Assert.Equal("Compare 2 runs", page.Find(".actions .primary").TextContent.Trim()));
        Assert.Equal($"/experiments/compare?runs={second},{first}", Uri.UnescapeDataString(page.Find(".actions .primary").GetAttribute("href")!));
    }

    [Fact]
    public async Task The_filter_finds_parameters()
    {
        await FinishedAsync("slow", quality: 0.1, learningRate: "0.01");
        await FinishedAsync("fast", quality: 0.1, learningRate: "0.3");
        Navigation.NavigateTo("/experiments?q=learning_rate=0.3");

        var page = Render<ExperimentsPage>();

        page.WaitForAssertion(() => Assert.Equal(["fast"], page.FindAll(".run-name a").Select(link => link.TextContent)));
    }

    [Fact]
    public async Task A_new_run_appears_by_itself()
    {
        await StartAsync("first");
        var page = Render<ExperimentsPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".run-name a")));

        await StartAsync("second");

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".run-name a").Count));
    }
}
