using Dashboard.Core.Training;

namespace Dashboard.Web.Components.Pages.Jobs;

internal static class BoosterNames
{
    public static string Of(BoosterKind kind) => kind switch
    {
        BoosterKind.BoostedTrees => "Boosted trees",
        BoosterKind.RandomForest => "Random forest",
        _ => "Linear",
    };
}
