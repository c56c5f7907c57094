using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Web.Explanations;

/// <summary>The segment of predictions that have what mattered most in one of them.</summary>
internal static class SimilarPredictions
{
    private const int MostConditions = 2;

    /// <summary>A number is like another that lies within a tenth of it.</summary>
    private const double Tolerance = 0.1;

    /// <summary>The two features that contributed most, as a segment; null where contributions are not known.</summary>
    public static string? Of(PredictionExplanation explanation)
    {
        if (explanation.Outputs.Count == 0)
            return null;
        var largest = explanation.Outputs[explanation.Leading].Contributions.Where(contribution => contribution.Amount != 0).Take(MostConditions)
            .Select(contribution => Condition(explanation, explanation.Features.First(feature => feature.Feature.Name == contribution.Feature))).ToList();
        return largest.Count == 0 ? null : string.Join(" and ", largest);
    }

    private static string Condition(PredictionExplanation explanation, ExplainedFeature feature)
    {
        var name = SegmentSyntax.Name(feature.Feature.Name);
        var raw = explanation.Entry.Inputs[feature.Feature.Input];
        return raw.Kind switch
        {
            InputKind.Missing => $"{name} is missing",
            InputKind.Number => Near(name, raw.Number),
            InputKind.Boolean => $"{name} = {(raw.Number != 0 ? "true" : "false")}",
            // An hour and a month are numbers, a weekday has a name.
            InputKind.Timestamp => $"{name} = {(feature.Feature.Categories.Count > 0 ? SegmentSyntax.Text(feature.Value) : feature.Value)}",
            _ => $"{name} = {SegmentSyntax.Text(feature.Value)}",
        };
    }

    private static string Near(string name, double number)
    {
        var room = Math.Abs(number) * Tolerance;
        return room == 0 || !double.IsFinite(number) ? $"{name} = {SegmentSyntax.Number(number)}" : $"{name} between {SegmentSyntax.Number(Rounded(number - room))} and {SegmentSyntax.Number(Rounded(number + room))}";
    }

    /// <summary>Three digits are enough for a bound.</summary>
    private static double Rounded(double number) => double.Parse(number.ToString("G3", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
