using Dashboard.Core;
using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Core.Registry;

namespace Dashboard.Storage.Registry;

/// <summary>What a person decides about a registered model.</summary>
/// <param name="WindowSeconds">Length of the finest monitoring window; a divisor of an hour.</param>
/// <param name="DriftPeriodSeconds">Length of the blocks by which drift is judged; null: as the reference allows.</param>
/// <param name="HarmfulMargin">How much more loss than the baseline is harmless, as a share of it.</param>
public sealed record ModelSettings(string Description = "", int WindowSeconds = 60, long? DriftPeriodSeconds = null, double HarmfulMargin = RegisteredModel.DefaultHarmfulMargin)
{
    public const int MaxDescription = 4000;

    /// <summary>As a model has them.</summary>
    public static ModelSettings Of(RegisteredModel model) => new(model.Description, model.WindowSeconds, model.DriftPeriodSeconds, model.HarmfulMargin);

    internal void Apply(RegisteredModel model) =>
        (model.Description, model.WindowSeconds, model.DriftPeriodSeconds, model.HarmfulMargin) = (Description, WindowSeconds, DriftPeriodSeconds, HarmfulMargin);

    internal Error? Check() =>
        Description.Length > MaxDescription ? InvalidValue.Of("description", $"{Description.Length} characters", $"at most {MaxDescription} characters")
        : WindowSeconds < 1 || WindowSeconds > 3600 || 3600 % WindowSeconds != 0
            ? InvalidValue.Of("windowSeconds", WindowSeconds.ToString(), "a divisor of an hour: 1 to 3600 seconds that fit 3600 without a rest, such as 10, 60, 300 or 3600")
        : HarmfulMargin is not (>= 0.001 and <= 10) ? InvalidValue.Of("harmfulMargin", HarmfulMargin.ToString(), "a share of the baseline's loss, 0.001 to 10")
        : DriftPeriodSeconds is { } period ? BlockPeriod.Of(period).Error
        : null;
}

/// <summary>A package that is to become a version of a model.</summary>
/// <param name="Source">"trained", "imported package" or "imported XGBoost file".</param>
/// <param name="ComparisonJson">Comparison with the champion of the time.</param>
/// <param name="Alias">An alias to set in the same transaction; not the champion.</param>
public sealed record NewVersion(string ModelName, ModelPackage Package, string Source, string By, string? RunId = null, string? ComparisonJson = null, string? Alias = null, bool IsDemo = false);
