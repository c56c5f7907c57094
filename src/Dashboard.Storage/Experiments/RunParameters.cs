using System.Globalization;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Experiments;

/// <summary>A training specification as flat parameters, for tables that show two runs side by side.</summary>
public static class RunParameters
{
    public static IReadOnlyDictionary<string, string> Of(TrainingSpec spec)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["target"] = spec.Target,
            ["features"] = string.Join(", ", spec.Features),
            ["split"] = spec.Split.Kind == SplitKind.Time ? $"by time ({spec.Split.TimeColumn})" : "at random",
            ["validation_share"] = Text(spec.Split.ValidationShare),
            ["test_share"] = Text(spec.Split.TestShare),
            ["decision_threshold"] = Text(spec.DecisionThreshold),
        };
        if (spec.Task is { } task)
            parameters["task"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(task.ToString());
        if (spec.Rows?.From is { } from)
            parameters["rows_from"] = from.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        if (spec.Rows?.To is { } to)
            parameters["rows_to"] = to.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        foreach (var property in JsonSerializer.SerializeToElement(spec.Parameters, CanonicalJson.Options).EnumerateObject())
            parameters[JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)] = property.Value.ToString();
        return parameters;
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
