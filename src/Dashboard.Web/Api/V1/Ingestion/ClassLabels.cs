using System.Globalization;
using System.Text.Json;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>Reads ground truth as people write it: a class's name, true or false, 0 or 1, or a number for regression.</summary>
internal sealed class ClassLabels(ModelManifest manifest)
{
    private readonly Dictionary<string, int> positions = manifest.Classes.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>What is accepted, for messages.</summary>
    public string Expected { get; } = manifest.Task switch
    {
        ModelTask.Regression => "a number",
        ModelTask.BinaryClassification => $"true, false, 1, 0, \"{manifest.Classes[0]}\" or \"{manifest.Classes[1]}\"",
        _ => $"one of {string.Join(", ", manifest.Classes.Take(20).Select(name => $"\"{name}\""))}{(manifest.Classes.Count > 20 ? ", …" : "")}",
    };

    /// <summary>The class's position or the number at the reader's token; NaN where it is none.</summary>
    public double Read(ref Utf8JsonReader reader)
    {
        if (manifest.Task == ModelTask.Regression)
            return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : double.NaN;
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                var truth = reader.TokenType == JsonTokenType.True;
                return positions.TryGetValue(truth ? "true" : "false", out var named) ? named
                    : manifest.Task == ModelTask.BinaryClassification ? truth ? 1 : 0 : double.NaN;
            case JsonTokenType.Number when reader.TryGetDouble(out var value):
                return positions.TryGetValue(value.ToString("R", CultureInfo.InvariantCulture), out var written) ? written
                    : manifest.Task == ModelTask.BinaryClassification && value is 0 or 1 ? value : double.NaN;
            case JsonTokenType.String:
                return positions.TryGetValue(reader.GetString()!, out var position) ? position : double.NaN;
            default:
                return double.NaN;
        }
    }

    /// <summary>The position of a class by name, or -1.</summary>
    public int PositionOf(string name) => positions.GetValueOrDefault(name, -1);
}
