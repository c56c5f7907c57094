using System.Globalization;
using Dashboard.Core;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>What is known of a prediction's ground truth. Right and wrong are of classifications: the predicted class is, or is not, the actual one.</summary>
public enum TruthState { Known, Unknown, Right, Wrong }

/// <summary>Which logged predictions are looked for; everything that is null is left open.</summary>
public sealed record PredictionFilter
{
    /// <summary>On the model's clock, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>On the model's clock, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The name of a defined segment.</summary>
    public string? Segment { get; init; }

    /// <summary>A segment typed in; beside <see cref="Segment"/> both must hold.</summary>
    public string? Expression { get; init; }

    /// <summary>The smallest score: the positive class's probability, the most probable class's probability, or the predicted number.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest score.</summary>
    public double? Maximum { get; init; }

    /// <summary>The predicted class.</summary>
    public string? Class { get; init; }

    public TruthState? Truth { get; init; }

    /// <summary>A version's number.</summary>
    public int? Version { get; init; }

    /// <summary>True where every prediction of the time range is looked for.</summary>
    public bool IsOpen => this with { From = null, To = null } == new PredictionFilter();
}

/// <summary>Where a page ended, so that the next one goes on from there whatever has arrived in between.</summary>
/// <param name="EventTime">Of the last prediction that was looked at, in microseconds.</param>
/// <param name="Seq">Its row.</param>
/// <param name="Top">The newest row when the first page was read; what came later is not part of the result.</param>
/// <param name="LookedThrough">Predictions looked at on all pages so far.</param>
internal readonly record struct PredictionCursor(long EventTime, long Seq, long Top, long LookedThrough)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{EventTime}.{Seq}.{Top}.{LookedThrough}");

    public static Result<PredictionCursor> Parse(string text)
    {
        var parts = text.Split('.');
        var numbers = new long[4];
        for (var i = 0; i < numbers.Length; i++)
            if (parts.Length != numbers.Length || !long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                return InvalidValue.Of("cursor", text, "the cursor of the page before");
        return new PredictionCursor(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
