using Dashboard.Cli.Analysis;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training;
using Dashboard.XGBoost;
using Xunit.Abstractions;

namespace Dashboard.Cli.Tests.Analysis;

public sealed class CauseAnalysisTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.4, 0.0)]
    [InlineData(0.0, 0.3)]
    [InlineData(0.4, 0.3)]
    public void Print(double shift, double flip)
    {
        XGBoostLibrary.Load(null);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var seed = 0; seed < 4; seed++)
        {
        var causes = Run(shift, flip, seed * 10);
        output.WriteLine($"{System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:F1}s ref {causes.ReferenceLoss:F4} cur {causes.CurrentLoss:F4} change {causes.Change} cov {causes.Covariate} con {causes.Concept} ess {causes.EffectiveRows:F0} clip {causes.ClippedRows}");
        foreach (var input in causes.Inputs)
            output.WriteLine($"   {input.Feature} {input.Part} {input.Slice}");
        foreach (var input in causes.Relation)
            output.WriteLine($"   R {input.Feature} {input.Spread} {input.Slice}");
        }
    }

    private static LossCauses Run(double shift, double flip, int seed)
    {
        var (reference, current) = (ConstructedRows.Make(3_000, seed + 1), ConstructedRows.Make(5_000, seed + 2, shift, flip));
        var models = new RowModels(reference, current, ConstructedRows.Features, 42);
        double[] Losses(ObservedRows rows) => RowLoss.Of(rows, LossKind.LogLoss, ModelTask.BinaryClassification, 0.5);
        FeatureGroup[] groups = [new("a", [0]), new("b", [1]), new("place", [2])];
        return new CauseAnalysis(LossKind.LogLoss, reference, current, Losses(reference), Losses(current), ConstructedRows.Features, groups, models, (_, _) => { }).Run(default);
    }
}
