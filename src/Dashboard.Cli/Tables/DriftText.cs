using System.Globalization;
using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Comparing;

namespace Dashboard.Cli.Tables;

/// <summary>A comparison of two tables for people: one line a column, then what it comes to and by which rule.</summary>
internal static class DriftText
{
    public static void Write(TableDrift drift, string reference, string current, TextWriter text)
    {
        text.WriteLine($"reference  {Side(reference, drift.Reference)}");
        text.WriteLine($"current    {Side(current, drift.Current)}");
        text.WriteLine();
        var hasLimits = drift.Preset != DriftPreset.Default;
        var grid = hasLimits ? new Grid("COLUMN", "TYPE", "TEST", ">STATISTIC", ">LIMIT", "VERDICT", "NOTE") : new Grid("COLUMN", "TYPE", "TEST", ">STATISTIC", ">P-VALUE", ">EFFECT", "VERDICT", "NOTE");
        foreach (var column in drift.Columns)
        {
            string[] start = [Shorten(column.Name), Type(column.Type), column.Test ?? "–", Figures.Number(column.Statistic)], end = [Verdict(column.Verdict), column.Note ?? ""];
            grid.Add(hasLimits ? [.. start, Figures.Number(column.Limit), .. end] : [.. start, Figures.PValue(column.PValue), Figures.Effect(column.EffectSize, column.EffectError), .. end]);
        }

        grid.WriteTo(text);
        text.WriteLine();
        text.WriteLine(Sentence(drift));
        text.WriteLine(Rule(drift));
    }

    private static string Side(string path, TableFacts facts) => (path == InputFile.StandardInput ? "standard input" : path) + $": {Figures.Count(facts.Rows)} {(facts.Rows == 1 ? "row" : "rows")}"
        + (facts.RejectedRows > 0 ? $" ({Figures.Count(facts.RejectedRows)} more left out, as their cells cannot be told apart)" : "");

    /// <summary>A verdict as icon and word.</summary>
    private static string Verdict(ColumnVerdict verdict) => verdict switch
    {
        ColumnVerdict.Steady => "✓ steady",
        ColumnVerdict.Small => "~ small change",
        ColumnVerdict.Drift => "✗ drift",
        ColumnVerdict.TypeChanged => "✗ type changed",
        ColumnVerdict.Gone => "✗ gone",
        ColumnVerdict.New => "+ new",
        ColumnVerdict.TooFewRows => "? too few rows",
        ColumnVerdict.NoData => "? no data",
        _ => "· not compared",
    };

    private static string Sentence(TableDrift drift)
    {
        List<string> drifted = [.. drift.Columns.Where(column => column.IsDrift).Select(column => column.Name)], small = [.. drift.Columns.Where(column => column.Verdict == ColumnVerdict.Small).Select(column => column.Name)];
        var of = $"of {drift.Columns.Count} {(drift.Columns.Count == 1 ? "column" : "columns")}";
        var found = drifted.Count == 0 ? "No drift" : $"{(drift.HasDrift ? "Drift" : "No drift of the table")}: {drifted.Count} {of} drifted ({string.Join(", ", drifted.Select(Shorten))})";
        return $"{found}{(small.Count > 0 ? $"; {small.Count} changed a little ({string.Join(", ", small.Select(Shorten))})" : drifted.Count == 0 ? $" in {drift.Columns.Count} {(drift.Columns.Count == 1 ? "column" : "columns")}" : "")}.";
    }

    private static string Rule(TableDrift drift) => drift.Preset switch
    {
        DriftPreset.Evidently => "Rule: Evidently's defaults; the table has drifted when half of its columns have. Exact tests on the rows.",
        DriftPreset.NannyML => "Rule: NannyML's defaults: Jensen-Shannon distance above mean + 3 sd of ten chunks of the reference. Exact figures from the rows.",
        _ => string.Create(CultureInfo.InvariantCulture, $"Rule: false alarms over all columns kept at {drift.Alpha * 100:0.###} % (Benjamini-Hochberg); a significant change with an effect under {drift.SmallestEffect:0.###} is small. ")
            + (drift.FromRows ? "Exact tests on the rows." : drift.IsExact ? "Tests on profiles; exact, as each value is counted." : "Tests on profiles: effects are within ± of what the rows would give, p-values are upper bounds."),
    };

    private static string Type(ColumnType? type) => type?.ToString().ToLowerInvariant() ?? "–";

    private static string Shorten(string name) => name.Length <= 40 ? name : string.Concat(name.AsSpan(0, 39), "…");
}
