using System.Globalization;
using Dashboard.Core.Data;

namespace Dashboard.Core.Training.Tables;

/// <summary>Gathers target values and settles, once all are seen, what the task is and which classes there are.</summary>
/// <param name="target">The column or expression as it was asked for, for messages.</param>
/// <param name="type">The type of the column under it.</param>
/// <param name="isComparison">True for an expression such as <c>delay &gt; 15</c>: its values are 0 and 1.</param>
internal sealed class TargetCollector(string target, ColumnType type, bool isComparison)
{
    /// <summary>More classes than this are taken for a mistake: an identifier, or a number that should be regressed.</summary>
    public const int MaximumClasses = 100;

    /// <summary>A numeric target with at most this many distinct whole values is taken for classes unless the task is named.</summary>
    public const int FewWholeNumbers = 10;

    private readonly List<double> values = [];
    private readonly List<string> labels = [];
    private readonly Dictionary<string, int> index = new(StringComparer.Ordinal);

    private bool IsNumeric => isComparison || type is ColumnType.Number;

    public void Add(double number) => values.Add(number);

    public void Add(string label)
    {
        if (!index.TryGetValue(label, out var code))
        {
            index[label] = code = labels.Count;
            labels.Add(label);
        }

        values.Add(code);
    }

    public Result<Target> Complete(ModelTask? asked)
    {
        if (isComparison)
            return asked is null or ModelTask.BinaryClassification
                ? Checked(new(ModelTask.BinaryClassification, ["false", "true"], [.. values]))
                : TaskMismatch(asked.Value, "a comparison has two outcomes: binaryClassification");
        return IsNumeric ? OfNumbers(asked) : OfLabels(asked);
    }

    private Result<Target> OfNumbers(ModelTask? asked)
    {
        if (asked == ModelTask.Regression)
            return Checked(new(ModelTask.Regression, [], [.. values]));

        var distinct = new SortedSet<double>();
        foreach (var value in values)
        {
            distinct.Add(value);
            if (distinct.Count > MaximumClasses)
                break;
        }

        var task = asked ?? (distinct.Count == 2 ? ModelTask.BinaryClassification
            : distinct.Count <= FewWholeNumbers && distinct.All(double.IsInteger) ? ModelTask.MulticlassClassification
            : ModelTask.Regression);
        if (task == ModelTask.Regression)
            return Checked(new(task, [], [.. values]));
        if (distinct.Count > MaximumClasses)
            return TooManyClasses();

        var classes = distinct.ToArray();
        return Checked(new(task, [.. classes.Select(value => value.ToString("R", CultureInfo.InvariantCulture))],
            [.. values.Select(value => (double)Array.BinarySearch(classes, value))]));
    }

    private Result<Target> OfLabels(ModelTask? asked)
    {
        if (asked == ModelTask.Regression)
            return TaskMismatch(ModelTask.Regression, $"a {type} column holds classes: binaryClassification or multiclassClassification");
        if (labels.Count > MaximumClasses)
            return TooManyClasses();
        var sorted = labels.Order(StringComparer.Ordinal).ToArray();
        var codes = labels.Select(label => (double)Array.BinarySearch(sorted, label, StringComparer.Ordinal)).ToArray();
        return Checked(new(asked ?? (sorted.Length <= 2 ? ModelTask.BinaryClassification : ModelTask.MulticlassClassification),
            sorted, [.. values.Select(value => codes[(int)value])]));
    }

    private Result<Target> Checked(Target found)
    {
        var distinct = found.Values.Distinct().Take(3).Count();
        if (distinct < 2)
        {
            var only = found.Values.Length == 0 ? "no value" : found.Task == ModelTask.Regression
                ? found.Values[0].ToString("R", CultureInfo.InvariantCulture) : found.Classes[(int)found.Values[0]];
            return InvalidValue.Of("target", $"{target} = {only} in every row", "at least two different values in the rows used");
        }

        if (found.Task == ModelTask.BinaryClassification && found.Classes.Count != 2)
            return TaskMismatch(found.Task, $"a target with exactly two values; {target} has {found.Classes.Count}");
        return found;
    }

    private InvalidValue TooManyClasses() =>
        InvalidValue.Of("target", target, $"at most {MaximumClasses} classes; this column has more: choose another target, or regression for a number");

    private static InvalidValue TaskMismatch(ModelTask asked, string expected) =>
        InvalidValue.Of("task", CanonicalJson.Serialize(asked).Trim('"'), expected);
}
