using Bunit;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Training;
using Dashboard.Web.Components.Pages.Experiments;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Experiments;

public sealed class RunPageTests : ExperimentPageTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_finished_run_shows_figures_curves_and_who_was_taken_for_whom()
    {
        var page = Open(await FinishedAsync("january", quality: 0.6));

        page.WaitForAssertion(() => Assert.Equal("1.000", page.Find(".kpi b").TextContent), Patience);
        Assert.Equal(["4", "0", "0", "4"], page.FindAll(".confusion td").Select(cell => cell.FirstChild!.TextContent));
        Assert.Contains(page.FindAll("section.chart"), chart => chart.GetAttribute("aria-label") == "Calibration");
    }

    [Fact]
    public async Task The_log_and_the_artifacts_are_there()
    {
        var id = await FinishedAsync("january", quality: 0.6);

        var log = Open(id, "?tab=log");
        log.WaitForAssertion(() => Assert.Contains("round 2", log.Find("pre.log").TextContent, StringComparison.Ordinal), Patience);
        var artifacts = Open(id, "?tab=artifacts");
        artifacts.WaitForAssertion(() => Assert.Contains($"/api/v1/runs/{id}/artifacts/evaluation.json", artifacts.FindAll("a[download]").Select(link => link.GetAttribute("href"))), Patience);
    }

    [Fact]
    public async Task A_running_run_shows_the_log_of_its_job_as_it_grows()
    {
        var job = Guid.NewGuid().ToString("N");
        var run = await Store.CreateAsync(new("flight-delay", "january", job, "flight-delay", null, new Dictionary<string, string>(), new Dictionary<string, string>()), CancellationToken.None);
        using var log = Services.GetRequiredService<JobLogs>().Open(job);
        log.Line("reading data");
        var page = Open(run.Id, "?tab=log");
        page.WaitForAssertion(() => Assert.Contains("reading data", page.Find("pre.log").TextContent, StringComparison.Ordinal), Patience);

        log.Line("training");
        Services.GetRequiredService<Notifications>().Publish(new(Topics.Jobs, "flight-delay", job));

        page.WaitForAssertion(() => Assert.Contains("training", page.Find("pre.log").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task A_tag_is_set_by_hand()
    {
        var id = await StartAsync("january");
        var page = Open(id, "?tab=parameters");

        page.WaitForElement("#tag-key", Patience);
        await page.ActAsync(() => page.Find("#tag-key").ChangeAsync("owner"));
        await page.ActAsync(() => page.Find("#tag-value").ChangeAsync("ana"));
        await page.ActAsync(() => page.Find("form").SubmitAsync());

        page.WaitForAssertion(() => Assert.Equal("owner", page.Find(".alias").TextContent), Patience);
        Assert.Equal("ana", (await Services.GetRequiredService<RunQueries>().FindAsync(id, CancellationToken.None))!.Tags.Single().Value);
    }

    [Fact]
    public async Task A_damaged_report_is_said_and_the_rest_is_shown()
    {
        var id = await FinishedAsync("january", quality: 0.6);
        await File.WriteAllTextAsync(Path.Combine(Services.GetRequiredService<DataDirectory>().RunArtifacts, id, RunReports.EvaluationFile), "{\"rows\": ");

        var page = Open(id);

        page.WaitForAssertion(() => Assert.Contains("'evaluation.json' is damaged", page.Find(".notice.bad").TextContent, StringComparison.Ordinal), Patience);
        Assert.NotEmpty(page.FindAll(".kpi"));
    }

    [Fact]
    public void An_unknown_run_is_said_to_be_none()
    {
        var page = Open(new string('0', 32));
        page.WaitForAssertion(() => Assert.Equal("There is no such run", page.Find("h1").TextContent), Patience);
    }

    private IRenderedComponent<RunPage> Open(string id, string query = "")
    {
        Navigation.NavigateTo($"/experiments/runs/{id}{query}");
        return Render<RunPage>(parameters => parameters.Add(page => page.Id, id));
    }
}
