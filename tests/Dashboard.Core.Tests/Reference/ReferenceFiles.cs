using System.Globalization;
using System.Text.Json;

namespace Dashboard.Core.Tests.Reference;

/// <summary>Inputs, and what scipy, scikit-learn and others computed from them.</summary>
internal static class ReferenceFiles
{
    public static JsonElement Json(string name)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Reference", name));
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>Columns of a simple CSV (no quoting) by name.</summary>
    public static Dictionary<string, string[]> Csv(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Reference", "inputs", name));
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToList();
        return lines[0].Split(',').Select((column, i) => (column, Cells: rows.Select(row => row[i]).ToArray())).ToDictionary(pair => pair.column, pair => pair.Cells);
    }

    /// <summary>Numbers; an empty cell is NaN.</summary>
    public static double[] Numbers(this string[] cells) => Array.ConvertAll(cells, cell => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture));
}
