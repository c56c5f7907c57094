using Dashboard.Core.Data;
using Dashboard.Core.Monitoring.Columns.Rows;
using Dashboard.Core.Monitoring.Drift.Peers;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>A side has no row, so that there is nothing to compare.</summary>
public sealed record EmptyTable(string Side) : Error(ErrorKind.Invalid, $"The {Side} has no rows; there is nothing to compare.");

/// <summary>A peer's rule was asked of profiles.</summary>
public sealed record RowsNeeded(DriftPreset Preset)
    : Error(ErrorKind.Invalid, $"The {(Preset == DriftPreset.Evidently ? "evidently" : "nannyml")} preset needs the rows of both sides, as that tool does; one side is a profile. Give CSV or NDJSON, or use the default preset.");

/// <summary>Compares two tables column by column. The reference decides what a column is: where the current cells are of another type, that is the verdict.</summary>
public static class TableComparison
{
    /// <summary>On rows: every test is exact.</summary>
    /// <returns>What was found, or why nothing can be compared: no rows, no column in common, or one that neither has.</returns>
    public static Result<TableDrift> Of(TableRows reference, TableRows current, DriftOptions options)
    {
        Func<ColumnRows, ColumnRows, ColumnType, PeerVerdict?>? peer = options.Preset switch
        {
            DriftPreset.Evidently => PeerRules.Evidently,
            DriftPreset.NannyML => PeerRules.NannyML,
            _ => null,
        };
        return new Comparison<ColumnRows>(options, RowTests.Of, peer, FromRows: true).Of(reference.Columns, new(reference.Rows, reference.RejectedRows), current.Columns, new(current.Rows, current.RejectedRows));
    }

    /// <summary>On profiles: tests are exact where every value is counted, and bounded elsewhere; see <see cref="ColumnDrift.EffectError"/>.</summary>
    /// <returns>What was found, or why nothing can be compared; <see cref="RowsNeeded"/> for a peer's preset.</returns>
    public static Result<TableDrift> Of(TableProfile reference, TableProfile current, DriftOptions options) => options.Preset == DriftPreset.Default
        ? new Comparison<ColumnProfile>(options, ProfileTests.Of, null, FromRows: false).Of(reference.Columns, new(reference.Rows, reference.RejectedRows), current.Columns, new(current.Rows, current.RejectedRows))
        : new RowsNeeded(options.Preset);

    private sealed record Comparison<T>(DriftOptions Options, Func<T, T, ColumnType, TestedColumn> Test, Func<T, T, ColumnType, PeerVerdict?>? Peer, bool FromRows)
        where T : ColumnData
    {
        public Result<TableDrift> Of(IReadOnlyList<T> reference, TableFacts referenceFacts, IReadOnlyList<T> current, TableFacts currentFacts)
        {
            if (referenceFacts.Rows == 0 || currentFacts.Rows == 0)
                return new EmptyTable(referenceFacts.Rows == 0 ? "reference" : "current table");
            var pairs = Pairs(reference, current);
            if (Options.Columns?.FirstOrDefault(name => pairs.TrueForAll(pair => pair.Name != name)) is { } unknown)
                return InvalidValue.Of("columns", unknown, $"a column of either side: {Error.Shorten(string.Join(", ", reference.Union(current).Select(column => column.Name).Distinct()))}");
            if (!pairs.Exists(pair => pair is { Reference: not null, Current: not null }))
                return InvalidValue.Of("current", string.Join(", ", current.Select(column => column.Name)), $"a column that the reference has, too: {Error.Shorten(string.Join(", ", reference.Select(column => column.Name)))}");
            var tested = pairs.Select(pair => pair.Type is { } type && !pair.HasOtherType ? Test(pair.Reference!, pair.Current!, type) : null).ToList();
            var judged = Peer is null ? DefaultRule.Judge(tested, Options.Alpha, Options.SmallestEffect)
                : [.. pairs.Zip(tested, (pair, column) => column is not null && Peer(pair.Reference!, pair.Current!, column.Type) is { } verdict ? Judgement.Of(verdict) : null)];
            List<ColumnDrift> columns = [.. pairs.Select((pair, i) => ColumnReport.Of(pair.Name, pair.Reference, pair.Current, tested[i], judged[i]))];
            return new TableDrift(Options.Preset, Options.Alpha, Options.SmallestEffect, FromRows, tested.TrueForAll(column => column is null || column.IsExact), referenceFacts, currentFacts, HasDrift(columns), columns);
        }

        /// <summary>Evidently counts a table as drifted when half of the columns that it compared have.</summary>
        private bool HasDrift(List<ColumnDrift> columns) => Options.Preset != DriftPreset.Evidently
            ? columns.Exists(column => column.IsDrift)
            : columns.Count(column => column.IsDrift) is var drifted and > 0 && drifted >= EvidentlyRule.DriftedShare * columns.Count(column => column.IsDrift || column.Verdict == ColumnVerdict.Steady);

        /// <summary>The columns that are wanted: those of the reference in its order, then those that are new.</summary>
        private List<Pair> Pairs(IReadOnlyList<T> reference, IReadOnlyList<T> current)
        {
            var currentByName = current.ToDictionary(column => column.Name, StringComparer.Ordinal);
            var referenceNames = reference.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
            return [.. reference.Select(column => new Pair(column.Name, column, currentByName.GetValueOrDefault(column.Name)))
                .Concat(current.Where(column => !referenceNames.Contains(column.Name)).Select(column => new Pair(column.Name, null, column)))
                .Where(pair => Options.Columns is null || Options.Columns.Contains(pair.Name))];
        }

        private sealed record Pair(string Name, T? Reference, T? Current)
        {
            /// <summary>As which the column is compared; null where there is nothing to compare.</summary>
            public ColumnType? Type { get; } = Reference is null || Current is null ? null : Reference.Type ?? Current.Type;

            public bool HasOtherType { get; } = Reference?.Type is { } type && Current is not null && !Current.IsOf(type);
        }
    }
}
