using Bunit;
using Dashboard.Core;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Experiments;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Dashboard.Web.Tests.Experiments;

/// <summary>The pages over the real stores in a directory of their own; the browser takes every call.</summary>
public abstract class ExperimentPageTest : BunitContext, IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("experiment-pages-");

    static ExperimentPageTest() => DefaultWaitTimeout = TimeSpan.FromMinutes(2);

    protected ExperimentPageTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<Notifications>();
        Services.AddSingleton<LiveUpdates>();
        Services.AddScoped<PageState>();
        Services.AddScoped(_ => new Dashboard.Web.People.PageAccess(() => Dashboard.Core.Governance.People.Actor.Operator("operator")));
        Services.AddRadzenComponents();
        Services.AddDashboardStorage(new DataDirectory(directory.FullName));
    }

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    protected RunStore Store => Services.GetRequiredService<RunStore>();

    public Task InitializeAsync() => StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), CancellationToken.None);

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(directory.FullName);
    }

    /// <summary>A run that is training: its parameters, and as many rounds as given.</summary>
    protected async Task<string> StartAsync(string name, string learningRate = "0.1", int rounds = 0, string experiment = "flight-delay")
    {
        var parameters = new Dictionary<string, string> { ["learning_rate"] = learningRate, ["max_depth"] = "6" };
        var run = await Store.CreateAsync(new(experiment, name, null, "flight-delay", null, parameters, new Dictionary<string, string>()), CancellationToken.None);
        for (var round = 0; round < rounds; round++)
            await ReportAsync(run.Id, round, 0.6 + (round * 0.01));
        return run.Id;
    }

    protected Task ReportAsync(string id, long round, double auc) =>
        Store.AppendAsync(id, "flight-delay", [new("validation_auc", round, auc, DateTimeOffset.UnixEpoch), new("train_auc", round, auc + 0.05, DateTimeOffset.UnixEpoch)], CancellationToken.None);

    /// <summary>A run that has ended, with its evaluation among its artifacts.</summary>
    protected async Task<string> FinishedAsync(string name, double quality, string learningRate = "0.1")
    {
        var id = await StartAsync(name, learningRate, rounds: 3);
        int[] labels = [0, 1, 0, 1, 0, 1, 0, 1];
        double[] probabilities = [.. labels.Select((label, i) => Math.Clamp(0.5 + (quality * (label - 0.5)) + (0.1 * (i - 3.5) / 3.5), 0.01, 0.99))];
        var report = BinaryEvaluation.Evaluate(probabilities, labels, 0.5);
        var folder = Path.Combine(Services.GetRequiredService<DataDirectory>().RunArtifacts, id);
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, RunReports.EvaluationFile), CanonicalJson.SerializeToUtf8(report));
        await File.WriteAllTextAsync(Path.Combine(folder, "output.log"), "round 1\nround 2\n");
        await Store.FinishAsync(id, RunStatus.Finished, report.Metrics, CancellationToken.None);
        return id;
    }
}
