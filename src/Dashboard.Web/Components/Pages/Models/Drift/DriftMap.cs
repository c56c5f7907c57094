using Dashboard.Core.Monitoring.Blocks;
using Dashboard.Storage.Monitoring.Drift;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Models.Drift;

/// <summary>The map of drift: inputs by importance, then the prediction and the model as a whole, over blocks of time. Where there are more blocks than fit, a cell stands for several and shows the worst.</summary>
/// <param name="Cells">For each column the block that its cells show.</param>
internal sealed record DriftMap(IReadOnlyList<string> Names, IReadOnlyList<string> Columns, IReadOnlyList<JudgedBlock> Cells, IReadOnlyList<HeatMap.HeatRow> Rows, int PerCell)
{
    /// <summary>The row of the importance-weighted figure.</summary>
    public const string WholeModel = "whole model";

    public static readonly DriftMap Empty = new([], [], [], [], 1);

    private const int MostColumns = 62;

    public static DriftMap Of(DriftHistory drift, IReadOnlyDictionary<string, double> importance)
    {
        if (drift.Blocks.Count == 0)
            return Empty;
        // Versions may have other inputs: rows are those of the newest block that is over.
        string[] names = [.. (drift.Blocks.LastOrDefault(block => block.IsComplete) ?? drift.Blocks[^1]).Columns.Select(column => column.Name).Where(name => name != BlockLayout.Prediction).OrderByDescending(name => importance.GetValueOrDefault(name)), BlockLayout.Prediction, WholeModel];
        var perCell = (drift.Blocks.Count + MostColumns - 1) / MostColumns;
        var groups = drift.Blocks.Chunk(perCell).ToList();
        return new(names, [.. groups.Select(group => NameOf(group[0]))], [.. groups.Select(group => group.MaxBy(Weight)!)], [.. names.Select(name => new HeatMap.HeatRow(name, [.. groups.Select(group => Cell(group, name))]))], perCell);
    }

    public static string NameOf(JudgedBlock block) => block.Seconds < 86_400 ? Format.Instant(block.Start) : Format.Date(block.Start);

    /// <summary>Row and column of an input in a block; null where it is not on the map.</summary>
    public (int Row, int Column)? Place(string name, JudgedBlock block)
    {
        var column = Cells.TakeWhile(cell => cell.Start <= block.Start).Count() - 1;
        for (var row = 0; row < Names.Count; row++)
            if (Names[row] == name && column >= 0)
                return (row, column);
        return null;
    }

    private static double Weight(JudgedBlock block) => (block.Moved.Any() || block.ModelMoved ? 1e6 : 0) + (block.ModelRatio ?? 0);

    private static HeatMap.HeatCell? Cell(JudgedBlock[] group, string name)
    {
        HeatMap.HeatCell? worst = null;
        foreach (var block in group)
        {
            var cell = name == WholeModel ? Whole(block) : block.Column(name) is { } column ? One(block, column) : null;
            if (cell is not null && (worst is null || (cell.Marked, cell.Strength).CompareTo((worst.Marked, worst.Strength)) > 0))
                worst = cell;
        }

        return worst;
    }

    private static HeatMap.HeatCell One(JudgedBlock block, JudgedColumn column) =>
        new(Strength(column.Usual is > 0 ? column.Distance / column.Usual.Value : 0, column.Moved), column.Moved, $"{DriftTable.Words(block, column)}, {Format.Number(column.Ratio)} × usual");

    private static HeatMap.HeatCell? Whole(JudgedBlock block) => block.ModelRatio is not { } ratio ? null
        : new(Strength(ratio / 2, block.ModelMoved), block.ModelMoved, $"{(block.ModelMoved ? "moved" : block.IsComplete ? "steady" : "not over yet")}, {Format.Number(ratio)} × usual");

    /// <summary>Pale up to what one of twenty reference blocks exceeds, full at twice that; what is not called moved never looks like it.</summary>
    private static double Strength(double toUsual, bool moved) => moved ? Math.Clamp(toUsual / 2, 0.55, 1) : Math.Clamp(toUsual * 0.25, 0, 0.3);
}
