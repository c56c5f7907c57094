using System.Text.Json;

namespace Dashboard.Core.Tests.Serving.Trees;

/// <summary>The models in the folder Models, made by XGBoost itself (make_models.py), with the rows they were asked and its answers.</summary>
internal static class ModelFiles
{
    public const int Columns = 4;

    public static readonly IReadOnlyList<string> All =
    [
        "binary_logistic", "binary_logitraw", "binary_hinge", "multi_softprob", "multi_softmax", "squared_error", "absolute_error", "reg_logistic",
        "poisson", "gamma", "tweedie", "dart", "lossguide", "pruned", "linear", "linear_multi",
    ];

    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Serving", "Trees", "Models", file));

    public static float[] Answers(string name) => [.. JsonSerializer.Deserialize<float?[]>(Read($"{name}.answers"))!.Select(answer => answer ?? float.NaN)];

    public static float[] Rows() => Answers("rows");
}
