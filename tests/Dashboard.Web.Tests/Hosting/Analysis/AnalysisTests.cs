using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Web.Hosting.Analysis;
using Dashboard.Web.Tests.Hosting.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Sdk;

namespace Dashboard.Web.Tests.Hosting.Analysis;

/// <summary>Through the API, the log and the child process.</summary>
public sealed class AnalysisTests : IAsyncLifetime
{
    private const string Path = "/api/v1/models/delays/analyses";
    private static readonly DateTime Start = new(2001, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        await host.WaitForEndAsync(await host.SubmitAsync(TrainingHost.Spec(await host.AddFlightsAsync(), rounds: 10)));
        Assert.Null((await host.Get<ChampionSwitch>().PromoteAsync(new("delays", "test", "", 0), 1, CancellationToken.None)).Error);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_change_of_the_logged_predictions_is_explained_and_the_answer_survives_a_restart()
    {
        await ObserveAsync(1_200);

        var asked = await AskAsync(Start, Start.AddDays(40));
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var answer = await EndAsync();

        Assert.True(answer.GetProperty("status").GetString() == "done", answer.ToString());
        var report = answer.GetProperty("report");
        Assert.Equal((600, 1_200, 1_200), (Number(report, "rows", "reference"), Number(report, "rows", "current"), Number(report, "rows", "labelled")));
        Assert.Equal("origin", report.GetProperty("domain").GetProperty("features")[0].GetProperty("name").GetString());
        Assert.InRange(report.GetProperty("domain").GetProperty("auc").GetProperty("lower").GetDouble(), 0.6, 1);
        var causes = report.GetProperty("causes");
        Assert.Equal(causes.GetProperty("currentLoss").GetDouble() - causes.GetProperty("referenceLoss").GetDouble(), causes.GetProperty("change").GetProperty("value").GetDouble(), 1e-9);
        Assert.NotEmpty(answer.GetProperty("headline").GetString()!);
        Assert.Contains("600 rows that version 1 had not seen in training", report.GetProperty("notes")[0].GetString()!, StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(!Directory.EnumerateDirectories(System.IO.Path.Combine(host.DataDirectory, "tmp")).Any()));

        // The same store in a new process.
        var stored = new AnalysisStore(host.Get<DataDirectory>(), NullLogger<AnalysisStore>.Instance).Of(1);
        Assert.Equal(answer.GetProperty("id").GetString(), Assert.Single(stored).Id);
        Assert.Equal(CauseWords.Headline(stored[0].Report!.Causes!), answer.GetProperty("headline").GetString());
    }

    [Fact]
    public async Task What_cannot_be_explained_says_why()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(Path)).StatusCode);
        await AskAsync(Start, Start.AddDays(40));
        var empty = await EndAsync();
        Assert.Equal("failed", empty.GetProperty("status").GetString());
        Assert.Contains("Model 'delays' has no logged prediction from ", empty.GetProperty("error").GetString()!, StringComparison.Ordinal);

        await ObserveAsync(10);
        await AskAsync(Start, Start.AddDays(40));
        var few = await EndAsync();
        Assert.Equal("done", few.GetProperty("status").GetString());
        Assert.False(few.GetProperty("report").TryGetProperty("causes", out _));
        Assert.Contains("10 current ones", few.GetProperty("report").GetProperty("notes").EnumerateArray().Last().GetString()!, StringComparison.Ordinal);

        await AskAsync(Start, Start.AddDays(40), "squaredError");
        var unfit = await EndAsync();
        Assert.Contains("'loss' is 'SquaredError'; expected one of LogLoss", unfit.GetProperty("error").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_questions_are_refused_by_name()
    {
        Assert.Equal("from", await FieldAsync(await host.Client.PostAsJsonAsync(Path, new { to = Start })));
        Assert.Equal("to", await FieldAsync(await host.Client.PostAsJsonAsync(Path, new { from = Start })));
        Assert.Equal("from", await FieldAsync(await AskAsync(Start, Start)));
        Assert.Equal("loss", await FieldAsync(await AskAsync(Start, Start.AddDays(1), "unheard")));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.PostAsJsonAsync("/api/v1/models/nobody/analyses", new { from = Start, to = Start.AddDays(1) })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.PostAsync(Path + "/none/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task A_running_analysis_is_cancelled_and_one_that_waits_at_once()
    {
        await ObserveAsync(1_200);
        var running = await IdAsync(await AskAsync(Start, Start.AddDays(40)));
        var waiting = await IdAsync(await AskAsync(Start, Start.AddDays(39)));

        var cancelled = await host.Client.PostAsync($"{Path}/{waiting}/cancel", null);
        Assert.Equal("cancelled", (await cancelled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        await host.Client.PostAsync($"{Path}/{running}/cancel", null);

        await UntilAsync(async () => (await host.Get<AnalysisRunner>().ListAsync("delays", CancellationToken.None)).All(analysis => analysis.Status == AnalysisStatus.Cancelled));
        Assert.Equal(HttpStatusCode.Conflict, (await host.Client.PostAsync($"{Path}/{running}/cancel", null)).StatusCode);
    }

    /// <summary>Departures every half hour, half of them from one airport, all with their ground truth.</summary>
    private async Task ObserveAsync(int rows)
    {
        var random = new Random(3);
        var lines = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            var date = Start.AddMinutes(30 * row);
            var origin = row % 2 == 0 ? "ORD" : "ATL";
            var late = ((date.Hour - 10) * 1.5) + (origin == "ORD" ? 12 : 0) + (random.NextDouble() * 30) - 15 > 15;
            lines.AppendLine(CultureInfo.InvariantCulture, $$$"""{"id":"o{{{row}}}","time":"{{{date:s}}}Z","features":{"date":"{{{date:s}}}","distance":{{{random.Next(100, 2_500)}}},"origin":"{{{origin}}}","carrier_ok":{{{(row % 3 == 0 ? "true" : "false")}}}},"prediction":{{{random.NextDouble():F4}}},"ground_truth":{{{(late ? "true" : "false")}}}}""");
        }

        using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
        var response = await host.Client.PostAsync("/api/v1/models/delays/observations", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> AskAsync(DateTime from, DateTime to, string? loss = null) => host.Client.PostAsJsonAsync(Path, new { from, to, loss });

    private async Task<JsonElement> EndAsync()
    {
        var answer = default(JsonElement);
        await UntilAsync(async () =>
        {
            answer = await host.Client.GetFromJsonAsync<JsonElement>(Path);
            return answer.GetProperty("status").GetString() is not ("queued" or "running");
        });
        return answer;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var deadline = Environment.TickCount64 + 240_000;
        while (!await condition())
        {
            if (Environment.TickCount64 > deadline)
                throw new XunitException("It did not come to an end in four minutes.");
            await Task.Delay(50);
        }
    }

    private static async Task<string> IdAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

    private static async Task<string?> FieldAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString();
    }

    private static int Number(JsonElement from, string part, string name) => from.GetProperty(part).GetProperty(name).GetInt32();
}
