using System.Text;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Registry;

/// <summary>A small package to take apart.</summary>
internal static class Packages
{
    public static readonly ModelManifest Draft = new(1, "flights", ModelTask.BinaryClassification,
        new Preprocessing([new("distance", InputType.Number, [], 31, 4962), new("carrier", InputType.Category, ["AA", "UA", "WN"]), new("departure", InputType.Timestamp, [])]),
        ["on time", "late"], 0.5, "xgboost", "1.7.4", "model.json.xgb", "reference.profile", "evaluation.json",
        new Dictionary<string, double> { ["roc_auc"] = 0.71 }, [new("distance", 0.2, 31)], "delay > 15", "delay", "departure", "run1", new string('a', 64), null, "0.1.0",
        new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), []);

    public static Dictionary<string, byte[]> Files => new(StringComparer.Ordinal)
    {
        ["model.json.xgb"] = Encoding.UTF8.GetBytes("{\"learner\":{}}"),
        ["reference.profile"] = [1, 2, 3],
        ["evaluation.json"] = Encoding.UTF8.GetBytes("{}"),
    };

    public static ModelPackage Flights() => ModelPackage.Create(Draft, Files).Value;

    public static Dictionary<string, ReadOnlyMemory<byte>> Contents(ModelPackage package) =>
        package.Files.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
}
