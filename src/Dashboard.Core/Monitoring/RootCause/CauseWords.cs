using System.Globalization;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>Causes as sentences for people. Nothing is claimed that lies within chance.</summary>
public static class CauseWords
{
    /// <summary>What changed, and which of the two parts it is.</summary>
    public static string Headline(LossCauses causes)
    {
        var name = Capital(RowLoss.Words(causes.Loss));
        if (causes is not { CurrentLoss: { } now, Change: { } change, Concept: { } concept })
            return causes.Covariate.IsBeyondChance
                ? $"Changed inputs alone {(causes.Covariate.Value > 0 ? "raise" : "lower")} the expected {RowLoss.Words(causes.Loss)} by {Size(causes.Covariate)}, from {Figure(causes.ReferenceLoss)}. Whether the relation between inputs and target changed as well shows when ground truth arrives."
                : $"Changed inputs do not move the expected {RowLoss.Words(causes.Loss)} beyond chance. Whether the relation between inputs and target changed shows when ground truth arrives.";
        if (!change.IsBeyondChance)
            return $"{name} did not change beyond chance: {Figure(causes.ReferenceLoss)} in the reference, {Figure(now)} now, a difference between {Signed(change.Lower)} and {Signed(change.Upper)}. As far as it can be told, {Signed(concept.Value)} of the difference is a changed relation and {Signed(causes.Covariate.Value)} changed inputs.";
        var moved = $"{name} {(change.Value > 0 ? "rose" : "fell")} by {Size(change)}, from {Figure(causes.ReferenceLoss)} to {Figure(now)}: ";
        return moved + (causes.Overlaps ? Parts(change.Value, causes.Covariate, concept) : "current rows hardly resemble the reference's, so how much of it is a changed relation cannot be told.");
    }

    /// <summary>What one feature's changed distribution does.</summary>
    public static string Sentence(InputCause cause, LossCauses causes)
    {
        if (!cause.Part.IsBeyondChance)
            return $"`{cause.Feature}` moves the loss no further than chance.";
        var carries = cause.Part.Value > 0 ? $"`{cause.Feature}` carries {Size(cause.Part)} of it" : $"`{cause.Feature}` takes {Size(cause.Part)} off it";
        if (cause.Slice is not { ReferenceLoss: { } loss } slice)
            return carries + ".";
        return $"{carries}: {Rows(slice, cause.Feature)} went from {Percent(slice.ReferenceShare)} to {Percent(slice.CurrentShare)} of rows, and there the loss is {(loss > causes.ReferenceLoss ? "higher" : "lower")} ({Figure(loss)} against {Figure(causes.ReferenceLoss)} over all).";
    }

    /// <summary>What the changed relation between inputs and target does; empty without ground truth.</summary>
    public static string OfRelation(LossCauses causes) => causes.Concept switch
    {
        null => "",
        { IsBeyondChance: false } chance => $"The same inputs cost what they did in the reference, within chance ({Signed(chance.Lower)} to {Signed(chance.Upper)}).",
        { } concept => $"The same inputs now cost {Size(concept)} {(concept.Value > 0 ? "more" : "less")} than in the reference" + (causes.Relation.Count > 0 ? ", not alike everywhere:" : "; no feature tells where more than elsewhere."),
    };

    /// <summary>Where a changed relation shows by a feature.</summary>
    public static string Sentence(RelationCause cause)
    {
        var tells = $"`{cause.Feature}` tells where the relation changed (by {Figure(cause.Spread)} on average)";
        if (cause.Slice is not { CurrentLoss: { } now, ReweightedLoss: { } before } slice)
            return tells + ".";
        return $"{tells}: most for {Rows(slice, cause.Feature)}, {Percent(slice.CurrentShare)} of rows, where the loss is {Figure(now)} and the same inputs cost {Figure(before)} in the reference.";
    }

    private static string Parts(double change, Amount covariate, Amount concept)
    {
        if (!concept.IsBeyondChance && !covariate.IsBeyondChance)
            return "neither changed inputs nor a changed relation alone is beyond chance.";
        var verb = change > 0 ? "raised" : "lowered";
        if (!concept.IsBeyondChance && Math.Sign(covariate.Value) == Math.Sign(change))
            return "changed inputs explain it; a changed relation between inputs and target is not beyond chance.";
        if (!covariate.IsBeyondChance && Math.Sign(concept.Value) == Math.Sign(change))
            return "it comes from a changed relation between inputs and target; changed inputs are not beyond chance.";
        if (Math.Sign(covariate.Value) == Math.Sign(concept.Value))
            return $"{Percent(concept.Value / change)} of it comes from a changed relation between inputs and target, {Percent(covariate.Value / change)} from changed inputs.";
        return Math.Sign(concept.Value) == Math.Sign(change)
            ? $"a changed relation between inputs and target alone would have {verb} it by {Figure(Math.Abs(concept.Value))}, changed inputs took {Figure(Math.Abs(covariate.Value))} of that back."
            : $"changed inputs alone would have {verb} it by {Figure(Math.Abs(covariate.Value))}, a changed relation between inputs and target took {Figure(Math.Abs(concept.Value))} of that back.";
    }

    /// <summary>A group of several columns names the column.</summary>
    private static string Rows(RowSlice slice, string feature) => slice.Column == feature ? slice.Words : $"{slice.Column} {slice.Words}";

    private static string Size(Amount amount)
    {
        var (one, other) = (Math.Abs(amount.Lower), Math.Abs(amount.Upper));
        return $"{Figure(Math.Abs(amount.Value))} ({Figure(Math.Min(one, other))} to {Figure(Math.Max(one, other))})";
    }

    private static string Signed(double value) => (value < 0 ? "−" : "+") + Figure(Math.Abs(value));

    private static string Figure(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "F1", >= 1 => "F2", _ => "F3" }, CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
