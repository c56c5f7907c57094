using Dashboard.Core;
using Dashboard.Core.Registry;

namespace Dashboard.Storage.Registry;

/// <summary>What a person decides about a registered model.</summary>
/// <param name="WindowSeconds">Length of the finest monitoring window; a divisor of an hour.</param>
public sealed record ModelSettings(string Description = "", int WindowSeconds = 60)
{
    public const int MaxDescription = 4000;

    internal Error? Check() =>
        Description.Length > MaxDescription ? InvalidValue.Of("description", $"{Description.Length} characters", $"at most {MaxDescription} characters")
        : WindowSeconds < 1 || WindowSeconds > 3600 || 3600 % WindowSeconds != 0
            ? InvalidValue.Of("windowSeconds", WindowSeconds.ToString(), "a divisor of an hour: 1 to 3600 seconds that fit 3600 without a rest, such as 10, 60, 300 or 3600")
        : null;
}

/// <summary>A package that is to become a version of a model.</summary>
/// <param name="Source">"trained", "imported package" or "imported XGBoost file".</param>
/// <param name="ComparisonJson">Comparison with the champion of the time.</param>
/// <param name="Alias">An alias to set in the same transaction; not the champion.</param>
public sealed record NewVersion(string ModelName, ModelPackage Package, string Source, string By, string? RunId = null, string? ComparisonJson = null, string? Alias = null, bool IsDemo = false);
