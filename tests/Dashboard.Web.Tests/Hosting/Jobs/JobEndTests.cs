using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Training;
using Dashboard.Storage;
using Dashboard.Storage.Experiments;
using Dashboard.Storage.Training;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Web.Tests.Hosting.Jobs;

/// <summary>How jobs end when they do not end well.</summary>
public sealed class JobEndTests
{
    [Fact]
    public async Task A_cancelled_job_leaves_no_process_and_can_be_retried()
    {
        await using var host = await TestHost.StartAsync();
        var version = await host.AddFlightsAsync();
        var id = await host.SubmitAsync(TrainingHost.Spec(version, rounds: 10_000));
        var running = await host.WaitAsync(id, job => job.Step.StartsWith("Training round", StringComparison.Ordinal));

        var response = await host.Client.PostAsync($"/api/v1/jobs/{id}/cancel", null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(IsAlive(running.ProcessId!.Value));
        var cancelled = await host.WaitForEndAsync(id);
        Assert.Equal(JobStatus.Cancelled, cancelled.Status);
        Assert.Equal(RunStatus.Killed, (await host.Get<RunQueries>().FindAsync(cancelled.RunId!, CancellationToken.None))!.Status);
        Assert.Equal(HttpStatusCode.Conflict, (await host.Client.PostAsync($"/api/v1/jobs/{id}/cancel", null)).StatusCode);

        var retried = await (await host.Client.PostAsync($"/api/v1/jobs/{id}/retry", null)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(id, retried.GetProperty("retryOf").GetString());
        var again = retried.GetProperty("id").GetString()!;
        await host.WaitAsync(again, job => job.Status == JobStatus.Running);
        await host.Client.PostAsync($"/api/v1/jobs/{again}/cancel", null);
        Assert.Equal(JobStatus.Cancelled, (await host.WaitForEndAsync(again)).Status);
    }

    [Fact]
    public async Task A_crash_in_native_code_fails_the_job_with_the_signal_and_leaves_the_host_up()
    {
        await using var host = await TestHost.StartAsync();
        var version = await host.AddFlightsAsync();
        var id = await host.SubmitAsync(TrainingHost.Spec(version, rounds: 10_000));
        var running = await host.WaitAsync(id, job => job.Step.StartsWith("Training round", StringComparison.Ordinal));

        using (var kill = Process.Start("kill", ["-ABRT", running.ProcessId!.Value.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();

        var failed = await host.WaitForEndAsync(id);
        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Contains("SIGABRT (6)", failed.Error, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Failed, (await host.Get<RunQueries>().FindAsync(failed.RunId!, CancellationToken.None))!.Status);
        Assert.Equal("live", await host.Client.GetStringAsync("/health/live"));
        Assert.Equal(JobStatus.Succeeded, (await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(version, rounds: 5)))).Status);
    }

    [Fact]
    public async Task A_job_that_was_running_when_the_host_died_is_interrupted_at_the_next_start_and_a_queued_one_goes_on()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        try
        {
            string interrupted, waiting;
            await using (var host = await TestHost.StartInAsync(directory))
            {
                var version = await host.AddFlightsAsync();
                var jobs = host.Get<JobStore>();
                interrupted = await host.SubmitAsync(TrainingHost.Spec(version, rounds: 10_000));
                waiting = await host.SubmitAsync(TrainingHost.Spec(version, rounds: 5));
                await host.WaitAsync(interrupted, job => job.Step.StartsWith("Training round", StringComparison.Ordinal));
            }

            // A host that stops in order marks its jobs; one that is killed cannot. This is the row that it leaves behind.
            var options = new DbContextOptionsBuilder<DashboardDb>().UseSqlite($"Data Source={new DataDirectory(directory).DecisionsFile}").Options;
            await using (var db = new DashboardDb(options))
            {
                Assert.Equal(JobStatus.Interrupted, (await db.Jobs.SingleAsync(job => job.Id == interrupted)).Status);
                await db.Jobs.Where(job => job.Id == interrupted).ExecuteUpdateAsync(set => set.SetProperty(job => job.Status, JobStatus.Running).SetProperty(job => job.Error, (string?)null));
                await db.Runs.Where(run => run.JobId == interrupted).ExecuteUpdateAsync(set => set.SetProperty(run => run.Status, RunStatus.Running));
            }

            await using (var host = await TestHost.StartInAsync(directory))
            {
                Assert.Equal(JobStatus.Succeeded, (await host.WaitForEndAsync(waiting)).Status);
                var job = await host.WaitForEndAsync(interrupted);
                Assert.Equal(JobStatus.Interrupted, job.Status);
                Assert.Contains("Retry", job.Error, StringComparison.Ordinal);
                Assert.Equal(RunStatus.Killed, (await host.Get<RunQueries>().FindAsync(job.RunId!, CancellationToken.None))!.Status);
            }
        }
        finally
        {
            await DataFolder.DeleteAsync(directory);
        }
    }

    [Fact]
    public async Task A_training_without_rows_in_its_range_fails_and_says_so()
    {
        await using var host = await TestHost.StartAsync();
        var spec = TrainingHost.Spec(await host.AddFlightsAsync()) with { Rows = new(new DateTime(2011, 1, 1), new DateTime(2011, 2, 1)) };

        var failed = await host.WaitForEndAsync(await host.SubmitAsync(spec));

        Assert.Equal(JobStatus.Failed, failed.Status);
        Assert.Contains("none of the 3,000 rows is in it", failed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delay", "features", "delay")]
    [InlineData("note", "features", "note")]
    [InlineData("weather", "features", "weather")]
    public async Task A_feature_that_cannot_be_one_is_refused_before_the_job_starts(string feature, string field, string value)
    {
        await using var host = await TestHost.StartAsync();
        var spec = TrainingHost.Spec(await host.AddFlightsAsync(rows: 200)) with { Features = ["distance", feature] };

        var response = await host.Client.PostAsync("/api/v1/jobs", JsonContent.Create(spec, options: CanonicalJson.Options));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(value, problem.GetProperty("value").GetString());
        Assert.NotEmpty(problem.GetProperty("expected").GetString()!);
        Assert.Empty(await host.Get<JobStore>().ListAsync(null, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_value_of_the_wrong_kind_is_named()
    {
        await using var host = await TestHost.StartAsync();

        var response = await host.Client.PostAsync("/api/v1/jobs", JsonContent.Create(new { modelName = "delays", parameters = new { rounds = "many" } }));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("parameters.rounds", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
