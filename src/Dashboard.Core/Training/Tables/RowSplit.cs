namespace Dashboard.Core.Training.Tables;

/// <summary>Which rows train, which decide when to stop, and which are held out. Positions in the table; within a part in the table's order.</summary>
public sealed record RowSplit(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>Divides a table's rows.</summary>
    /// <remarks>
    /// By time: the newest part is held out, the part before it validates, the oldest trains; rows of the same time stay together, so that no moment is on both sides.
    /// At random: by the seed; for classes each class is divided by itself, so that every part has its share of each.
    /// </remarks>
    /// <returns>The split, or an error where a part would be empty or the training part holds a single class.</returns>
    public static Result<RowSplit> Of(TrainingTable table, SplitSpec spec, int seed)
    {
        var split = spec.Kind == SplitKind.Time ? ByTime(table, spec) : AtRandom(table, spec, seed);
        if (split.Train.Length == 0 || split.Test.Length == 0 || (spec.ValidationShare > 0 && split.Validation.Length == 0))
            return InvalidValue.Of("split", $"{split.Train.Length:N0} training, {split.Validation.Length:N0} validation and {split.Test.Length:N0} held-out rows",
                "at least one row in every part; rows of the same time are not divided");
        if (table.Target.Task != ModelTask.Regression && split.Train.Select(row => table.Target.Values[row]).Distinct().Take(2).Count() < 2)
            return InvalidValue.Of("split", $"{table.Target.Classes[(int)table.Target.Values[split.Train[0]]]} in all {split.Train.Length:N0} training rows", "at least two classes in the training part");
        return split;
    }

    private static RowSplit ByTime(TrainingTable table, SplitSpec spec)
    {
        var times = table.Times ?? throw new InvalidOperationException("A split by time needs a time column; the specification was not checked.");
        var order = Enumerable.Range(0, table.Rows).ToArray();
        var keys = (long[])times.Clone();
        Array.Sort(keys, order, Comparer<long>.Default);
        // Array.Sort is not stable; rows of one time stay in the same part whatever their order, and each part is put back into the table's order.
        var test = Boundary(keys, table.Rows - Share(table.Rows, spec.TestShare));
        var validation = Boundary(keys, Math.Max(0, test - Share(table.Rows, spec.ValidationShare)));
        return new(Sorted(order[..validation]), Sorted(order[validation..test]), Sorted(order[test..]));
    }

    /// <summary>The nearest position at which the time changes.</summary>
    private static int Boundary(long[] times, int wanted)
    {
        if (wanted <= 0 || wanted >= times.Length)
            return Math.Clamp(wanted, 0, times.Length);
        int before = wanted, after = wanted;
        while (before > 0 && times[before] == times[before - 1])
            before--;
        while (after < times.Length && times[after] == times[after - 1])
            after++;
        return before > 0 && (wanted - before <= after - wanted || after == times.Length) ? before : after;
    }

    private static RowSplit AtRandom(TrainingTable table, SplitSpec spec, int seed)
    {
        var random = new Random(seed);
        var groups = table.Target.Task == ModelTask.Regression
            ? [Enumerable.Range(0, table.Rows).ToArray()]
            : Enumerable.Range(0, table.Rows).GroupBy(row => table.Target.Values[row]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToArray();
        List<int> train = [], validation = [], test = [];
        foreach (var rows in groups)
        {
            random.Shuffle(rows);
            var held = Share(rows.Length, spec.TestShare);
            var validating = Share(rows.Length, spec.ValidationShare);
            test.AddRange(rows.AsSpan(0, held));
            validation.AddRange(rows.AsSpan(held, Math.Min(validating, rows.Length - held)));
            train.AddRange(rows.AsSpan(Math.Min(held + validating, rows.Length)));
        }

        return new(Sorted([.. train]), Sorted([.. validation]), Sorted([.. test]));
    }

    private static int Share(int rows, double share) => (int)Math.Round(rows * share, MidpointRounding.AwayFromZero);

    private static int[] Sorted(int[] rows)
    {
        Array.Sort(rows);
        return rows;
    }
}
