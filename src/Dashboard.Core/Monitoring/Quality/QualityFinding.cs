namespace Dashboard.Core.Monitoring.Quality;

/// <summary>What can be odd about an input.</summary>
public enum QualityIssue
{
    /// <summary>More values are missing than in the reference.</summary>
    Missing,

    /// <summary>Fewer values are missing than in the reference: the model learnt from gaps that are no longer there.</summary>
    FewerMissing,

    /// <summary>Numbers below the smallest or above the largest of the reference.</summary>
    OutOfRange,

    /// <summary>Categories that the model does not know.</summary>
    NewCategories,

    /// <summary>The same value in every row, while the reference has several.</summary>
    SingleValue,

    /// <summary>Requests that were refused because of the input.</summary>
    Refused,
}

/// <summary>How much a finding matters. <see cref="Unknown"/> is not <see cref="Fine"/>: nothing is known.</summary>
public enum QualityLevel { Unknown, Fine, Look, Broken }

/// <summary>One thing that is not as it was in the reference.</summary>
/// <param name="Level">Fine where it is told, but too small or too uncertain to ask for a look.</param>
/// <param name="Share">Of the rows now (of the requests for <see cref="QualityIssue.Refused"/>), 0 to 1.</param>
/// <param name="ReferenceShare">Of the reference's rows; null where the reference cannot say.</param>
/// <param name="Severity">The share beyond the reference's, by the lower end of its band, in multiples of <see cref="QualityRule.LookFrom"/>.</param>
public sealed record QualityFinding(QualityIssue Issue, QualityLevel Level, double Share, double? ReferenceShare, double Severity, string Sentence);
