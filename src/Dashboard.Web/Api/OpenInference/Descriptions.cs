using System.Reflection;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>The protocol's metadata documents.</summary>
internal static class Descriptions
{
    private static readonly string Version = typeof(Descriptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static object Server() => new { name = "dashboard", version = Version, extensions = (string[])["binary_tensor_data"] };

    /// <summary>Some model can answer, and none that has a champion lacks it in memory.</summary>
    public static bool IsReady(RoutingTable table) =>
        table.Models.Values.Any(route => route.Champion is not null) && table.Models.Values.All(route => route.Champion is not null || !route.IsBroken);

    public static object Of(ServedModel model, ModelRoute route) => new
    {
        name = model.Name,
        versions = route.Versions.Keys.Order().Select(number => number.ToString()),
        platform = model.Manifest.Framework,
        inputs = model.Manifest.Preprocessing.Inputs.Select(input => new { name = input.Name, datatype = Datatype.Of(input.Type).Name, shape = (int[])[-1] }),
        outputs = OutputTensors.Of(model.Manifest).Select(output => new
        {
            name = output.Name,
            datatype = output.Datatype.Name,
            shape = !output.IsLabel && model.Manifest.Task == ModelTask.MulticlassClassification ? (int[])[-1, model.Manifest.OutputCount] : [-1],
        }),
    };
}
