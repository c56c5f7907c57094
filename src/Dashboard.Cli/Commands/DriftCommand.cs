using System.CommandLine;
using Dashboard.Cli.Tables;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Columns;
using Dashboard.Core.Monitoring.Columns.Comparing;
using Dashboard.Core.Monitoring.Columns.Reading;
using Dashboard.Core.Monitoring.Columns.Rows;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard drift</c>: compares two files, no installation is needed.</summary>
internal static class DriftCommand
{
    public static Command Build()
    {
        var reference = new Option<string>("--reference") { Description = "What is normal: CSV or NDJSON, plain or gzip, or a profile; - for standard input.", Required = true, HelpName = "file" };
        var current = new Option<string>("--current") { Description = "What is compared with it, of the same kinds.", Required = true, HelpName = "file" };
        var alpha = new Option<double>("--alpha") { Description = "The rate of false alarms over all columns together.", DefaultValueFactory = _ => 0.05 };
        var smallest = new Option<double>("--min-effect") { Description = "A significant change with a smaller effect size (0 to 1) is called small and is no drift.", DefaultValueFactory = _ => 0.05 };
        var columns = new Option<string?>("--columns") { Description = "The columns to compare, separated by commas. Without it: all.", HelpName = "a,b,c" };
        var preset = new Option<string>("--preset") { Description = "By whose rules: default, or the default rules of evidently or nannyml (from rows only).", DefaultValueFactory = _ => "default" };
        preset.AcceptOnlyFromAmong("default", "evidently", "nannyml");
        alpha.Validators.Add(result => Within(result, alpha, value => value is > 0 and < 1, "a number between 0 and 1"));
        smallest.Validators.Add(result => Within(result, smallest, value => value is >= 0 and <= 1, "a number from 0 to 1"));
        var command = new Command("drift", "Compare a table with a reference, column by column. Ends with 0 without drift, 3 with drift, 1 when it could not be done.") { reference, current, alpha, smallest, columns, preset };
        command.Validators.Add(result =>
        {
            if (result.GetValue(reference) == InputFile.StandardInput && result.GetValue(current) == InputFile.StandardInput)
                result.AddError("Only one of --reference and --current can be standard input.");
        });
        command.Works(async (parsed, outcome, ct) =>
        {
            var options = new DriftOptions(Enum.Parse<DriftPreset>(parsed.GetRequiredValue(preset), ignoreCase: true), parsed.GetValue(alpha), parsed.GetValue(smallest),
                parsed.GetValue(columns)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            var (before, now) = (parsed.GetRequiredValue(reference), parsed.GetRequiredValue(current));
            var compared = await CompareAsync(before, now, options, ct);
            var code = outcome.Of(compared, (drift, text) => DriftText.Write(drift, before, now, text));
            return compared is { IsSuccess: true, Value.HasDrift: true } ? ExitCode.Drift : code;
        });
        return command;
    }

    private static void Within(System.CommandLine.Parsing.OptionResult result, Option<double> option, Predicate<double> accepted, string wanted)
    {
        // What is no number at all is said by the parser.
        if (result.Tokens is [var token] && double.TryParse(token.Value, out var value) && !accepted(value))
            result.AddError(InvalidValue.Of(option.Name, token.Value, wanted).Message);
    }

    private static async Task<Result<TableDrift>> CompareAsync(string referencePath, string currentPath, DriftOptions options, CancellationToken ct)
    {
        var referenceOpened = await InputFile.OpenAsync(referencePath, "--reference", ct);
        if (referenceOpened.Error is { } unreadable)
            return unreadable;
        using var reference = referenceOpened.Value;
        var currentOpened = await InputFile.OpenAsync(currentPath, "--current", ct);
        if (currentOpened.Error is { } unreadableToo)
            return unreadableToo;
        using var current = currentOpened.Value;
        return reference.Format == TableFormat.Profile || current.Format == TableFormat.Profile
            ? await OfProfilesAsync(reference, referencePath, current, currentPath, options, ct)
            : OfRows(reference, referencePath, current, currentPath, options, ct);
    }

    private static async Task<Result<TableDrift>> OfProfilesAsync(TableStream reference, string referencePath, TableStream current, string currentPath, DriftOptions options, CancellationToken ct)
    {
        var before = await InputFile.ProfileAsync(reference, referencePath, ct);
        if (before.Error is { } fault)
            return fault;
        var now = await InputFile.ProfileAsync(current, currentPath, ct);
        return now.Error is { } faultToo ? faultToo : TableComparison.Of(before.Value.Profile, now.Value.Profile, options);
    }

    private static Result<TableDrift> OfRows(TableStream reference, string referencePath, TableStream current, string currentPath, DriftOptions options, CancellationToken ct)
    {
        var wanted = options.Columns?.ToHashSet(StringComparer.Ordinal);
        var before = TableRows.Of(reference, wanted, ct);
        if (before.Error is { } fault)
            return InputFile.Named(fault, referencePath);
        var now = TableRows.Of(current, wanted, ct);
        return now.Error is { } faultToo ? InputFile.Named(faultToo, currentPath) : TableComparison.Of(before.Value.Table, now.Value.Table, options);
    }
}
