using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Drift;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>Puts together what is said of a column: verdict, figures, and a note of what changed or why nothing is said.</summary>
internal static class ColumnReport
{
    /// <param name="tested">Null where no test was made: the column is on one side only, or of two types, or without a value.</param>
    /// <param name="judged">Null where no rule said anything.</param>
    public static ColumnDrift Of(string name, ColumnData? reference, ColumnData? current, TestedColumn? tested, Judgement? judged)
    {
        if (reference is null || current is null)
            return Untested(name, reference ?? current, reference, current, reference is null ? ColumnVerdict.New : ColumnVerdict.Gone, reference is null ? "not in the reference" : "not in the current table");
        if (tested is null && reference.Type is null)
            return Untested(name, reference, reference, current, ColumnVerdict.NoData, "no value on either side");
        if (tested is null)
            return Untested(name, reference, reference, current, ColumnVerdict.TypeChanged, TypeNote(reference, current));
        if (judged is null)
            return new(name, tested.Type, DefaultRule.Unsaid(tested), null, null, null, null, null, null, null, Note(tested, DefaultRule.Unsaid(tested), [], reference, current), tested.Figures, tested.Reference, tested.Current);
        return new(name, tested.Type, judged.Verdict, judged.Test, judged.Statistic, judged.PValue, judged.AdjustedPValue, judged.EffectSize, judged.EffectError, judged.Limit,
            Note(tested, judged.Verdict, judged.Verdict is ColumnVerdict.Drift or ColumnVerdict.Small ? judged.Found : [], reference, current), tested.Figures, tested.Reference, tested.Current);
    }

    /// <summary>A type in the words of the pages.</summary>
    public static string TypeName(ColumnType? type) => type?.ToString().ToLowerInvariant() ?? "empty";

    private static ColumnDrift Untested(string name, ColumnData? typed, ColumnData? reference, ColumnData? current, ColumnVerdict verdict, string note) =>
        new(name, typed?.Type, verdict, null, null, null, null, null, null, null, note, [], Facts(reference), Facts(current));

    private static ColumnFacts? Facts(ColumnData? column) => column is null ? null : new(column.Rows, column.Missing);

    private static string TypeNote(ColumnData reference, ColumnData current)
    {
        var type = reference.Type!.Value;
        return $"{TypeName(type)} → {TypeName(current.Type)}: {Words.Share(current.Broken(type) / (double)current.Present)} of the current values are no {TypeName(type)}";
    }

    private static string? Note(TestedColumn tested, ColumnVerdict verdict, IReadOnlyList<string> found, ColumnData reference, ColumnData current)
    {
        List<string?> notes = [.. found.Select(test => Found(tested, test)).Distinct(), Unfound(tested, verdict), Broken("reference", reference, tested.Type), Broken("current", current, tested.Type)];
        var all = string.Join("; ", notes.OfType<string>());
        return all.Length == 0 ? null : all;
    }

    /// <summary>What a test found, in words.</summary>
    private static string? Found(TestedColumn tested, string test) => test switch
    {
        MissingRate.Name => $"missing {Words.Share(tested.Reference.MissingShare)} → {Words.Share(tested.Current.MissingShare)}",
        NewCategories.Name => tested.Appeared ?? "new values",
        _ => tested.Moved,
    };

    /// <summary>Why nothing was found, in words.</summary>
    private static string? Unfound(TestedColumn tested, ColumnVerdict verdict) => verdict switch
    {
        ColumnVerdict.TooFewRows => $"{Values(tested.Reference)} against {Values(tested.Current)}",
        ColumnVerdict.NotCompared => tested.Type == ColumnType.Text ? "free text: only missing values are compared" : "times move on: only missing values are compared",
        ColumnVerdict.NoData => tested.Reference.Rows == tested.Reference.Missing ? "no value in the reference" : "no value in the current table",
        _ => null,
    };

    private static string Values(ColumnFacts side) => side.Rows - side.Missing == 1 ? "1 value" : $"{side.Rows - side.Missing:N0} values";

    private static string? Broken(string side, ColumnData column, ColumnType type) => column.Broken(type) is var broken and > 0
        ? $"{broken:N0} {side} {(broken == 1 ? "cell is" : "cells are")} no {TypeName(type)} and count{(broken == 1 ? "s" : "")} as missing" : null;
}
