using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;

namespace Dashboard.Web.Tests.Serving;

/// <summary>Real packages whose version k answers 10·k whatever it is asked, so that an answer tells who gave it.</summary>
internal static class ConstantModels
{
    public const string Request = """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""";

    public static async Task<ModelVersion> RegisterAsync(TestHost host, string name, int number, string input = "x")
    {
        var model = $$$"""
            {"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],
             "gradient_booster":{"model":{"weights":[0,{{{10 * number}}}]},"name":"gblinear"},
             "learner_model_param":{"base_score":"0E0","num_class":"0","num_feature":"1","num_target":"1"},
             "objective":{"name":"reg:squarederror"} } }
            """;
        var manifest = new ModelManifest(1, name, ModelTask.Regression, new Preprocessing([new(input, InputType.Number, [])]), [], 0.5, "xgboost", "1.7.4", "booster.json", null, null,
            new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        var package = ModelPackage.Create(manifest, new Dictionary<string, byte[]> { ["booster.json"] = System.Text.Encoding.UTF8.GetBytes(model) });
        return (await host.Get<ModelRegistry>().RegisterAsync(new(name, package.Value, "imported package", "test"), default)).Value;
    }

    public static async Task<ChampionChanged> PromoteAsync(TestHost host, string name, int number) =>
        (await host.Get<ChampionSwitch>().PromoteAsync(new(name, "test"), number, default)).Value;

    public static async Task<ChampionChanged> RollBackAsync(TestHost host, string name) =>
        (await host.Get<ChampionSwitch>().RollBackAsync(new(name, "test"), default)).Value;

    public static string PackageFile(TestHost host, ModelVersion version, string file) => Path.Combine(host.DataDirectory, "artifacts", "packages", version.Digest, file);
}
