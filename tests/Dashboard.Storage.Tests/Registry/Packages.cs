using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Tests.Registry;

internal static class Packages
{
    /// <summary>A package that differs from others by its seed.</summary>
    public static ModelPackage Make(int seed) => ModelPackage.Create(
        new(1, "flights", ModelTask.Regression, new Preprocessing([new("x", InputType.Number, [])]), [], 0.5, "xgboost", null, "model.ubj", null, null,
            new Dictionary<string, double> { ["rmse"] = seed }, [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []),
        new Dictionary<string, byte[]> { ["model.ubj"] = BitConverter.GetBytes(seed) }).Value;
}
