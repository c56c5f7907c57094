using Bunit;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Pages.Models.RootCause;
using Dashboard.Web.Hosting;
using Dashboard.Web.Hosting.Analysis;
using Dashboard.Web.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Models;

/// <summary>The panel over the real store, with answers that are put there; nothing runs.</summary>
public sealed class RootCausePanelTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly DateTimeOffset From = new(2001, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2001, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-causes-").FullName;
    private int modelId;

    public RootCausePanelTests()
    {
        Services.AddDashboardStorage(new DataDirectory(folder));
        Services.AddSingleton(SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Dashboard:DataDirectory", folder)]).Build()).Settings!);
        Services.AddAnalyses();
    }

    private AnalysisStore Store => Services.GetRequiredService<AnalysisStore>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        modelId = (await Services.GetRequiredService<ModelRegistry>().CreateAsync("flights", new ModelSettings(""), "test", isDemo: false, default)).Value.Id;
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task Asking_shows_progress_cancelling_ends_it_and_it_can_be_asked_again()
    {
        var panel = Panel();
        panel.WaitForAssertion(() => Assert.Contains("Not asked yet", panel.Markup, StringComparison.Ordinal), Patience);

        await panel.ActAsync(() => panel.Find("button.primary").ClickAsync());
        panel.WaitForAssertion(() => Assert.Contains("Waiting", panel.Find(".progress").TextContent, StringComparison.Ordinal), Patience);
        var running = Assert.Single(Store.Of(modelId));
        Assert.Equal((AnalysisStatus.Queued, From, To), (running.Status, running.From, running.To));

        Put(running with { Status = AnalysisStatus.Running, Step = "Drawing rows anew", Progress = 0.3 });
        panel.WaitForAssertion(() => Assert.Contains("Drawing rows anew", panel.Find(".progress").TextContent, StringComparison.Ordinal), Patience);
        Put(running);
        panel.WaitForAssertion(() => Assert.Contains("Waiting", panel.Find(".progress").TextContent, StringComparison.Ordinal), Patience);
        await panel.ActAsync(() => panel.FindAll("button").Single(button => button.TextContent == "Cancel").ClickAsync());
        panel.WaitForAssertion(() => Assert.Contains("Cancelled.", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("Explain the change", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_is_a_sentence_a_ranked_list_and_what_it_rests_on()
    {
        Put(Done("one", From, To));
        var panel = Panel();
        panel.WaitForAssertion(() => Assert.NotNull(panel.Find(".verdict")), Patience);

        Assert.Equal("Log loss rose by 0.050 (0.040 to 0.060), from 0.450 to 0.500: 60 % of it comes from a changed relation between inputs and target, 40 % from changed inputs.", panel.Find(".verdict").TextContent);
        Assert.Equal(["Relation to the target", "origin"], panel.FindAll(".causes .name").Select(name => name.TextContent));
        Assert.Contains("LAX went from 4 % to 11 % of rows", panel.FindAll(".causes > li")[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("hour", panel.Find(".causes ul li code").TextContent);
        Assert.Contains("Within chance: distance", panel.Find(".chance").TextContent, StringComparison.Ordinal);
        Assert.Contains("Another one", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("1 of 2 blocks beyond the limits", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("Uncalibrated", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("Said by the host.", panel.Find("details").TextContent, StringComparison.Ordinal);
        Assert.Contains("Explain again", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_of_another_range_says_so_and_a_failure_stands_beside_the_last_answer()
    {
        Put(Done("one", From.AddDays(-40), To.AddDays(-40)));
        var panel = Panel();
        panel.WaitForAssertion(() => Assert.Contains("Another time range", panel.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("Explain this range", panel.Markup, StringComparison.Ordinal);

        Put(Asked("two", From, To) with { Status = AnalysisStatus.Failed, Error = "The worker ended.", EndedAt = To });
        panel.WaitForAssertion(() => Assert.Contains("The worker ended.", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.NotNull(panel.Find(".verdict"));
    }

    [Fact]
    public void A_newer_answer_takes_the_place_of_an_older_to_the_same_question_and_a_failure_does_not()
    {
        Put(Done("one", From, To));
        Put(Done("two", From, To) with { RequestedAt = To.AddHours(1) });
        Put(Asked("three", From, To) with { Status = AnalysisStatus.Failed, RequestedAt = To.AddHours(2) });

        Assert.Equal(["three", "two"], Store.Of(modelId).Select(analysis => analysis.Id));
        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(folder, "analyses"), "*.json", SearchOption.AllDirectories).Count());
        for (var i = 0; i < 30; i++)
            Put(Done("d" + i, From.AddDays(i), To.AddDays(i + 1)) with { RequestedAt = To.AddDays(i + 1) });
        Assert.Equal(20, Store.Of(modelId).Count);
        Assert.Equal(20, Directory.EnumerateFiles(Path.Combine(folder, "analyses"), "*.json", SearchOption.AllDirectories).Count());
    }

    private IRenderedComponent<RootCausePanel> Panel() => Render<RootCausePanel>(p => p.Add(panel => panel.Model, "flights").Add(panel => panel.From, From).Add(panel => panel.To, To));

    private void Put(ChangeAnalysis analysis)
    {
        Store.Put(analysis);
        Bus.Publish(new(Topics.Analyses, "flights", analysis.Id));
    }

    private ChangeAnalysis Asked(string id, DateTimeOffset from, DateTimeOffset to) => new(id, modelId, "flights", from, to, null, AnalysisStatus.Queued, "Waiting", 0, "test", to);

    private ChangeAnalysis Done(string id, DateTimeOffset from, DateTimeOffset to)
    {
        var lax = new RowSlice("origin", "LAX", 0.04, 0.11, 0.61, 0.62, 0.63);
        var evening = new RowSlice("hour", "from 17 to 21", 0.2, 0.22, 0.5, 0.5, 0.6);
        var causes = new LossCauses(LossKind.LogLoss, 0.45, 0.5, new Amount(0.05, 0.04, 0.06), new Amount(0.02, 0.01, 0.03), new Amount(0.03, 0.02, 0.04),
            [new("origin", new(0.021, 0.012, 0.03), lax), new("distance", new(-0.001, -0.004, 0.002), null)], true, [new("hour", 0.02, evening)], 4_000, 9_000, 3_500, 0);
        var reconstruction = new ReconstructionDrift(3, 5, 0.7, [new(null, null, 100, 1, null), new(null, null, 100, 1.1, null)], [new(null, null, 100, 1, 0.5), new(null, null, 100, 2, 0.1)], 0.9, 1.2);
        var domain = new DomainFinding(new AucInterval(0.7, 0.69, 0.71), [.. Enumerable.Repeat(0.5, 20)], [new("origin", 0.8), new("distance", 0.2)]);
        return Asked(id, from, to) with { Status = AnalysisStatus.Done, Version = 3, EndedAt = to, Report = new(new(5_000, 5_000, 9_000, 9_000), domain, reconstruction, causes, ["Said by the host."]) };
    }
}
