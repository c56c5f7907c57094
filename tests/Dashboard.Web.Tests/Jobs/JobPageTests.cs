using Bunit;
using Dashboard.Core;
using Dashboard.Storage.Data;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Training;
using Dashboard.Web.Components.Pages.Jobs;
using Dashboard.Web.Hosting.Jobs;
using Dashboard.Web.Tests.Hosting.Jobs;
using Dashboard.Web.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Jobs;

/// <summary>The job pages over a real host's stores, so that what they start really runs.</summary>
public sealed class JobPageTests : PageTest, IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        Services.AddSingleton(host.Get<Notifications>());
        Services.AddSingleton(host.Get<JobStore>());
        Services.AddSingleton(host.Get<JobLogs>());
        Services.AddSingleton(host.Get<JobRunner>());
        Services.AddSingleton(host.Get<RunQueries>());
        Services.AddSingleton(host.Get<DatasetStore>());
        Services.AddSingleton(host.Get<TrainingRequests>());
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public void Without_a_job_the_list_says_what_to_do_next()
    {
        var page = Render<Web.Components.Pages.Jobs.Jobs>();

        page.WaitForAssertion(() => Assert.Equal("No training yet", page.Find(".empty h3").TextContent));
    }

    [Fact]
    public async Task A_training_asked_for_on_the_form_runs_and_its_page_shows_it_to_the_end()
    {
        await host.AddFlightsAsync();
        var form = Render<NewTraining>();
        form.WaitForElement("input[placeholder='flight-delay']");
        await form.ActAsync(() => form.Find("input[placeholder='flight-delay']").ChangeAsync("delays"));
        await form.ActAsync(() => form.Find("input[placeholder='delay > 15']").ChangeAsync("delay > 15"));
        await form.ActAsync(() => form.FindAll("input[type=number]").First(input => input.GetAttribute("max") == "10000").ChangeAsync("5"));
        form.WaitForAssertion(() => Assert.DoesNotContain(form.FindAll(".features label"), label => label.TextContent.StartsWith("delay ", StringComparison.Ordinal)));

        await form.ActAsync(() => form.Find("form").SubmitAsync());

        form.WaitForAssertion(() => Assert.Contains("/jobs/", Navigation.Uri, StringComparison.Ordinal));
        var id = Navigation.Uri.Split('/')[^1];
        var page = Render<JobPage>(parameters => parameters.Add(job => job.Id, id));
        page.WaitForAssertion(() => Assert.Equal("Train delays", page.Find("h1").TextContent));
        Assert.Equal(JobStatus.Succeeded, (await host.WaitForEndAsync(id)).Status);
        page.WaitForAssertion(() => Assert.Equal("Done", page.Find(".state").TextContent));
        page.WaitForAssertion(() => Assert.Contains("Version 1", page.Find(".actions").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("rows train", page.Find(".log").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("100", page.Find(".progress").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_with_the_form_is_said_beside_it()
    {
        await host.AddFlightsAsync(rows: 100);
        var form = Render<NewTraining>();
        form.WaitForElement("input[placeholder='flight-delay']");
        await form.ActAsync(() => form.Find("input[placeholder='flight-delay']").ChangeAsync("delays"));
        await form.ActAsync(() => form.Find("input[placeholder='delay > 15']").ChangeAsync("weather > 15"));

        await form.ActAsync(() => form.Find("form").SubmitAsync());

        form.WaitForAssertion(() => Assert.Contains("weather", form.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(await host.Get<JobStore>().ListAsync(null, null, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_job_shows_why_and_can_be_retried_from_its_page()
    {
        var spec = TrainingHost.Spec(await host.AddFlightsAsync(rows: 100)) with { Rows = new(new DateTime(2011, 1, 1), null) };
        var id = await host.SubmitAsync(spec);
        await host.WaitForEndAsync(id);

        var page = Render<JobPage>(parameters => parameters.Add(job => job.Id, id));

        page.WaitForAssertion(() => Assert.Contains("none of the 100 rows", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await page.ActAsync(() => page.FindAll("button").Single(button => button.TextContent == "Retry").ClickAsync(new()));
        page.WaitForAssertion(() => Assert.DoesNotContain(id, Navigation.Uri, StringComparison.Ordinal));
        Assert.Contains(await host.Get<JobStore>().ListAsync(null, null, 10, CancellationToken.None), job => job.RetryOf == id);
    }
}
