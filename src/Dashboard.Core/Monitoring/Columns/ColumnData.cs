using Dashboard.Core.Data;
using Dashboard.Core.Data.Import;
using Dashboard.Core.Monitoring.Columns.Reading;

namespace Dashboard.Core.Monitoring.Columns;

/// <summary>One column of a table, as a profile or as its rows: what both know of it.</summary>
public abstract class ColumnData
{
    private protected ColumnData(string name, int position) => (Name, Position) = (name, position);

    public string Name { get; }

    /// <summary>The column's place in the file, from 0; of several files its first.</summary>
    public int Position { get; private protected set; }

    public long Rows { get; private protected set; }

    /// <summary>Rows with something in the cell.</summary>
    public long Present => Evidence.Present;

    /// <summary>Rows without a value.</summary>
    public long Missing => Rows - Present;

    /// <summary>How many values differ; exact up to 1,000.</summary>
    public abstract long Distinct { get; }

    /// <summary>
    /// What the column holds, by the rules of a dataset's import, over all cells at once: number before boolean before timestamp before category before text, the first that all but a few cells are of. Null without a value.
    /// So the parts of a column unify: numbers and a few words are numbers; numbers and many words are a category, if there are few enough different values to count each (1,000), otherwise text.
    /// </summary>
    public ColumnType? Type
    {
        get
        {
            if (Present == 0)
                return null;
            // Values need to be counted only where few of them would make a category.
            var withFew = Evidence.Decide(TableReader.Options, 0);
            return withFew == ColumnType.Category ? Evidence.Decide(TableReader.Options, IsCounted ? Distinct : long.MaxValue) : withFew;
        }
    }

    internal TypeEvidence Evidence { get; private protected set; } = new();

    /// <summary>Whether every value is counted, so that they can be told apart.</summary>
    internal abstract bool IsCounted { get; }

    /// <summary>Cells that are not missing and not of a type; they count as missing where the column is taken for it.</summary>
    public long Broken(ColumnType type) => Present - Evidence.CellsOf(type);

    /// <summary>Whether all but a few cells are of a type.</summary>
    internal bool IsOf(ColumnType type) => type switch
    {
        ColumnType.Category or ColumnType.Text => true,
        _ => Present == 0 || Evidence.Suffices(type, TableReader.Options),
    };

    /// <summary>A number as the text under which it is counted where the column is a category.</summary>
    internal static string Text(double number) => double.IsFinite(number) ? CanonicalWriter.Number(number) : number > 0 ? "Infinity" : "-Infinity";

    /// <summary>A number with a decimal comma as text.</summary>
    internal static string CommaText(double number) => Text(number).Replace('.', ',');

    /// <summary>A timestamp as text.</summary>
    internal static string TimeText(double seconds) => CanonicalWriter.Timestamp(UnixSeconds.ToDateTime(seconds));
}
