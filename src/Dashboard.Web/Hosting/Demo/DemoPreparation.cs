using Dashboard.Web.Samples;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Training;
using Dashboard.Storage.Data;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Training;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>What the replay needs before it can begin: the flights, a model trained on January, and that model as champion. Each step that is done already is left as it is.</summary>
public sealed class DemoPreparation(DatasetStore datasets, ModelRegistry registry, JobStore jobs, ChampionSwitch champions, PolicyStore policies, HasAccounts accounts)
{
    private const string Actor = "demonstration";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <exception cref="InvalidOperationException">A step failed; the message is for people.</exception>
    internal async Task RunAsync(Action<string> report, CancellationToken ct)
    {
        report("Registering half a year of flights");
        DatasetVersion version;
        await using (var sample = FlightsSample.Open())
        {
            var registered = await datasets.RegisterAsync(DemoService.Dataset, sample, FlightsSample.FileName, Actor, isDemo: true, ct);
            version = registered.Match(value => value, error => throw new InvalidOperationException(error.Message));
        }

        if (await registry.FindAsync(DemoService.Model, ct) is null)
            (await registry.CreateAsync(DemoService.Model, new ModelSettings("Will a flight arrive more than fifteen minutes late?", WindowSeconds: 3600), Actor, isDemo: true, ct)).ThrowIfFailed();
        var model = await registry.FindAsync(DemoService.Model, ct);
        if (model!.Aliases.Exists(alias => alias.Alias == ModelAlias.Champion))
            return;

        var number = model.Versions.Select(existing => (int?)existing.Number).Min() ?? await TrainAsync(version.ContentHash, report, ct);
        report("Promoting the January model");
        (await champions.PromoteAsync(new SwitchOrder(DemoService.Model, Actor, "the first model, trained on January"), number, ct)).ThrowIfFailed();
        // Whoever tries the demonstration is alone: with accounts nobody could approve what they propose.
        if (accounts())
            (await policies.SetAsync(DemoService.Model, "", PromotionPolicy.Default(hasAccounts: false), Actor, ct)).ThrowIfFailed();
    }

    private async Task<int> TrainAsync(string dataset, Action<string> report, CancellationToken ct)
    {
        var job = (await jobs.ActiveAsync(ct)).FirstOrDefault(active => active.ModelName == DemoService.Model)
            ?? await jobs.EnqueueAsync(new JobRequest(JanuarySpec(dataset), Actor, "for the demonstration", IsDemo: true, Title: "Train flight-delay on January"), ct);
        while (true)
        {
            var now = await jobs.FindAsync(job.Id, ct) ?? throw new InvalidOperationException("The training job was deleted.");
            switch (now.Status)
            {
                case JobStatus.Succeeded:
                    return now.VersionNumber ?? throw new InvalidOperationException("The training job made no version.");
                case JobStatus.Failed or JobStatus.Cancelled or JobStatus.Interrupted:
                    throw new InvalidOperationException($"Training on January was {now.Status.ToString().ToLowerInvariant()}: {now.Error ?? now.Step}");
                default:
                    report($"Training on January: {now.Step}");
                    await Task.Delay(Poll, ct);
                    break;
            }
        }
    }

    /// <summary>Without early stopping: the delays of days differ so much that a handful of validation days would end the training by chance.</summary>
    private static TrainingSpec JanuarySpec(string dataset) => new(DemoService.Model, DemoService.Model, dataset, "delay > 15",
        ["date", "distance", "origin", "destination"], new SplitSpec(SplitKind.Time, ValidationShare: 0.1, TimeColumn: "date"),
        new BoosterParameters(Rounds: 250, EarlyStoppingRounds: 0, LearningRate: 0.05, MaxDepth: 4, MinChildWeight: 20, Subsample: 0.8, ColumnSample: 0.8, MaxCategoryThreshold: 16),
        ModelTask.BinaryClassification, new RowRange(null, FlightReplay.From));
}

internal static class ResultChecks
{
    /// <summary>For steps that only fail when the installation itself is at fault.</summary>
    /// <exception cref="InvalidOperationException">The result is a failure.</exception>
    public static void ThrowIfFailed<T>(this Dashboard.Core.Result<T> result)
    {
        if (result.Error is { } error)
            throw new InvalidOperationException(error.Message);
    }
}
