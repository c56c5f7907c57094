using System.Globalization;
using System.IO.Compression;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Core.Training.Tables;
using Dashboard.XGBoost;

namespace Dashboard.Cli.Worker;

/// <summary>One training from the data to the package, step by step.</summary>
internal sealed class TrainingWork(WorkerSpec work, WorkerChannel channel)
{
    /// <summary>Where training stands within the whole job.</summary>
    private const double TrainingFrom = 0.2, TrainingTo = 0.75;

    /// <summary>The tree walk that will serve and the library that trained may differ by rounding, not more.</summary>
    private const double Agreement = 1e-5;

    private readonly TrainingSpec spec = work.Training;

    /// <returns>What was made, or why nothing could be.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="XGBoostException">The library refused.</exception>
    public Result<DoneMessage> Run(CancellationToken ct)
    {
        if (TrainingSpecCheck.Check(spec, work.Schema) is { } fault)
            return fault;
        var library = XGBoostLibrary.Load(work.LibraryPath);
        if (library.Error is { } missing)
            return missing;
        channel.Log($"XGBoost {library.Value}, {(Threads == 0 ? Environment.ProcessorCount : Threads)} threads");

        var contest = OpenContest(ct);
        var fields = spec.Features.Select(name => new TableField(name, PreprocessingBuilder.InputFor(work.Schema.Columns[work.Schema.IndexOf(name)].Type)!.Value)).ToArray();
        var read = ReadTable(fields.Concat(contest?.Fields ?? []), ct);
        if (read.Error is { } unreadable)
            return unreadable;
        var table = read.Value;

        channel.Step("Dividing the rows", 0.15);
        var divided = RowSplit.Of(table, spec.Split, spec.Parameters.Seed);
        if (divided.Error is { } indivisible)
            return indivisible;
        var split = divided.Value;
        channel.Log(Invariant($"{split.Train.Length:N0} rows train, {split.Validation.Length:N0} validate, {split.Test.Length:N0} are held out"));

        var preprocessing = PreprocessingBuilder.Learn(table, fields, split.Train);
        var encoder = new RowEncoder(table, preprocessing);
        channel.Log($"{encoder.Width} features: {string.Join(", ", preprocessing.Features.Take(50).Select(feature => feature.Name))}");
        using var trained = new TrainedModel(table, split, preprocessing, encoder, library.Value);
        if (Train(trained, ct) is { } refused)
            return refused;
        return Finish(trained, contest, ct);
    }

    private int Threads => spec.Parameters.Threads != 0 ? spec.Parameters.Threads : work.Threads;

    private Result<TrainingTable> ReadTable(IEnumerable<TableField> fields, CancellationToken ct)
    {
        channel.Step("Reading data", 0.01);
        using var file = File.OpenRead(work.CanonicalFile);
        using Stream content = work.CanonicalFile.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var read = TrainingTableReader.Read(content, work.Schema, spec, fields,
            rows => channel.Step(Invariant($"Reading data: {rows:N0} rows"), 0.01 + (0.13 * Math.Min(1, rows / (double)Math.Max(1, work.Rows)))), ct);
        if (read.IsSuccess)
        {
            var dropped = read.Value.Dropped;
            channel.Log(Invariant($"{dropped.Read:N0} rows read, {read.Value.Rows:N0} used; left out: {dropped.OutOfRange:N0} out of range, {dropped.WithoutTarget:N0} without target, {dropped.WithoutTime:N0} without time"));
            channel.Log($"Task: {read.Value.Target.Task}{(read.Value.Target.Classes.Count > 0 ? $", classes {string.Join(", ", read.Value.Target.Classes.Take(20))}" : "")}");
        }

        return read;
    }

    private Error? Train(TrainedModel model, CancellationToken ct)
    {
        var task = model.Table.Target.Task;
        var (train, validation, test) = (model.Matrix(model.Split.Train), model.Matrix(model.Split.Validation), model.Matrix(model.Split.Test));
        if ((train.Error ?? validation.Error ?? test.Error) is { } tooLarge)
            return tooLarge;
        model.Test = test.Value;
        channel.Step("Training", TrainingFrom);
        model.Booster = XGBoostTrainer.Train(train.Value, model.Split.Validation.Length > 0 ? validation.Value : null, model.Preprocessing.Features, task, model.Table.Target.Classes.Count,
            spec.Parameters with { Threads = Threads },
            round =>
            {
                channel.Send(new MetricMessage(round.Round, round.OfRounds, round.Metrics));
                channel.Step($"Training round {round.Round} of {round.OfRounds}", TrainingFrom + ((TrainingTo - TrainingFrom) * round.Round / round.OfRounds));
            }, ct);
        channel.Log($"Kept {model.Booster.BestRounds} rounds");
        return null;
    }

    private Result<DoneMessage> Finish(TrainedModel model, ChampionContest? contest, CancellationToken ct)
    {
        channel.Step(Invariant($"Evaluating on {model.Split.Test.Length:N0} held-out rows"), 0.78);
        var held = new HeldOutRows(model.Table, model.Split.Test);
        model.Outputs = [.. model.Booster.Predict(model.Test).Select(output => (double)output)];
        var report = held.Evaluate(model.Outputs, spec.DecisionThreshold);
        model.File = model.Booster.SaveJson();
        if (Disagreement(model) is { } disagreement)
            return disagreement;
        ct.ThrowIfCancellationRequested();

        channel.Step("Explaining features", 0.82);
        var importance = Explanation.Of(model.Booster, model.Preprocessing.Features, model.Test.Values, model.Test.Rows);
        ct.ThrowIfCancellationRequested();

        if (contest is not null)
        {
            channel.Step("Comparing with the champion", 0.9);
            Compare(model, contest, held, report);
        }

        channel.Step("Learning to estimate performance before labels arrive", 0.92);
        var (estimator, whyNot) = EstimatorTraining.Run(model, spec.DecisionThreshold, spec.Parameters with { Threads = Threads }, ct);
        channel.Log(estimator?.Sentence() ?? $"Performance cannot be estimated before labels arrive: {whyNot ?? "the errors on the held-out rows are too large for a number"}.");

        channel.Step("Predicting the rows of the reference out of sample", 0.94);
        model.Unseen = CrossFit.Run(model, spec.Parameters with { Threads = Threads }, channel, ct);
        channel.Step("Building the reference profile", 0.96);
        var package = new PackageDraft(work, model, report, importance, estimator).Build(ct);
        if (package.Error is { } unfit)
            return unfit;
        channel.Step("Writing the package", 0.98);
        File.WriteAllBytes(Path.Combine(work.OutputFolder, WorkerOutputFiles.Evaluation), CanonicalJson.SerializeToUtf8(report));
        PackageFolder.Write(package.Value, Path.Combine(work.OutputFolder, WorkerOutputFiles.Package));
        return new DoneMessage(report.Metrics, model.Booster.BestRounds, model.Split.Train.Length, model.Split.Validation.Length, model.Split.Test.Length);
    }

    private ChampionContest? OpenContest(CancellationToken ct)
    {
        if (work.Champion is not { } champion)
            return null;
        var (contest, whyNot) = ChampionContest.Open(champion, work.Schema, ct);
        if (contest is null)
            channel.Log($"Not compared with the champion, version {champion.VersionNumber}: {whyNot}.");
        return contest;
    }

    private void Compare(TrainedModel model, ChampionContest contest, HeldOutRows held, EvaluationReport report)
    {
        var (comparison, whyNot) = contest.Run(model.Table, held, model.Outputs, report);
        channel.Log(comparison?.Sentence ?? $"Not compared with the champion: {whyNot}.");
        if (comparison is not null)
            File.WriteAllBytes(Path.Combine(work.OutputFolder, WorkerOutputFiles.Comparison), CanonicalJson.SerializeToUtf8(comparison));
    }

    /// <summary>A model is only handed over when the tree walk that will serve it answers as the library does.</summary>
    private static Conflict? Disagreement(TrainedModel model)
    {
        var read = XGBoostModelReader.Read(model.File);
        if (read.Error is { } unreadable)
            return new($"The trained model cannot be served: {unreadable.Message}");
        var served = ChampionContest.Score(read.Value.Scorer, model.Test.Values, model.Test.Rows);
        for (var i = 0; i < served.Length; i++)
        {
            var allowed = Agreement * Math.Max(1, Math.Abs(model.Outputs[i]));
            if (Math.Abs(served[i] - model.Outputs[i]) > allowed)
                return new(Invariant($"The trained model cannot be served: on held-out row {i / read.Value.Scorer.OutputCount} XGBoost predicts {model.Outputs[i]:R} and the tree walk {served[i]:R}."));
        }

        return null;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
