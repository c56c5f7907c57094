namespace Dashboard.Core.Training.Tables;

/// <summary>The rows that a training uses, in memory, in the dataset's order.</summary>
/// <param name="Target">One value a row: the class index, or the number. Never NaN.</param>
/// <param name="Times">The split's time of each row in ticks; null without a time column.</param>
/// <param name="Dropped">How many rows were left out, and why.</param>
public sealed record TrainingTable(IReadOnlyDictionary<TableField, TableColumn> Columns, Target Target, long[]? Times, DroppedRows Dropped)
{
    public int Rows => Target.Values.Length;
}

/// <param name="Read">Rows in the dataset version.</param>
/// <param name="OutOfRange">Rows outside the asked range of time.</param>
/// <param name="WithoutTarget">Rows in range whose target is missing.</param>
/// <param name="WithoutTime">Rows whose time is missing although the split or the range needs it.</param>
public sealed record DroppedRows(long Read, long OutOfRange, long WithoutTarget, long WithoutTime);

/// <summary>What is learnt: the task, the names behind class indices (for a binary task the second is the positive one), and a value a row.</summary>
public sealed record Target(ModelTask Task, IReadOnlyList<string> Classes, double[] Values);
