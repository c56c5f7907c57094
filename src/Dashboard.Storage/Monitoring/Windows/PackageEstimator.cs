using Dashboard.Core;
using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>Reads what a package carries for estimating performance, and says what to give where it carries nothing.</summary>
internal static class PackageEstimator
{
    /// <param name="read">The content of one of the package's files; null where it is missing.</param>
    /// <returns>The estimator, or a sentence for people that says why there is none and what to do.</returns>
    public static (PerformanceEstimator? Estimator, string? WhyNot) Read(ModelManifest manifest, OutputLayout layout, Func<string, byte[]?> read)
    {
        if (manifest.EstimatorFile is not { } name)
            return (null, WhatToGive(manifest));
        if (read(name) is not { } json)
            return (null, $"Performance cannot be estimated before labels arrive: the package lacks its file {name}.");
        var definition = EstimatorReader.Read(json, layout);
        if (definition.Error is { } unsound)
            return (null, Sentence(unsound));
        var losses = Losses(manifest, read);
        if (losses.Error is { } unreadable)
            return (null, Sentence(unreadable));
        var estimator = PerformanceEstimator.Create(definition.Value, layout, manifest.Preprocessing.Features.Count, losses.Value);
        return estimator.Error is { } unfit ? (null, Sentence(unfit)) : (estimator.Value, null);
    }

    private static string WhatToGive(ModelManifest manifest) => manifest switch
    {
        { Training: not null } => "Performance cannot be estimated before labels arrive: this version was trained without an estimator, or on too few rows. Train it again.",
        { Task: ModelTask.Regression } => "Performance cannot be estimated before labels arrive: that takes a model of this regression's errors, which only a training here makes.",
        _ => "Performance cannot be estimated before labels arrive: this version came without rows whose outcome is known. Import it again with a reference sample that has the outcome, and name its column (--target, or the field Target column).",
    };

    private static Result<LossModels?> Losses(ModelManifest manifest, Func<string, byte[]?> read)
    {
        if (manifest.Task != ModelTask.Regression || manifest.AbsoluteLossFile is not { } absolute || manifest.SquaredLossFile is not { } squared)
            return (LossModels?)null;
        var scorers = new List<Scorer>();
        foreach (var name in (string[])[absolute, squared])
        {
            if (read(name) is not { } file)
                return new NotFound("file", name) { Message = $"The package has no file '{Error.Shorten(name)}'." };
            var model = XGBoostModelReader.Read(file);
            if (model.Error is { } unreadable)
                return unreadable;
            scorers.Add(model.Value.Scorer);
        }

        return new LossModels(scorers[0], scorers[1]);
    }

    private static string Sentence(Error error) => $"Performance cannot be estimated before labels arrive: {error.Message}";
}
