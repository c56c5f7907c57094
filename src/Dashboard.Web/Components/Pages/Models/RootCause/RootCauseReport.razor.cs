using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Web.Components.Charts;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Analysis;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.RootCause;

public sealed partial class RootCauseReport
{
    /// <summary>A share of blocks beyond the limits that chance does not explain: three standard deviations leave out three in a thousand.</summary>
    private const double Remarkable = 0.1;

    [Parameter, EditorRequired] public ChangeAnalysis Analysis { get; set; } = null!;

    /// <summary>The page shows another range than the one that was explained.</summary>
    [Parameter] public bool IsOtherRange { get; set; }

    private ChangeReport Report => Analysis.Report!;

    private bool HasDays => Report.Reconstruction?.Reference.Any(block => block.From is not null) ?? false;

    /// <summary>The features whose part is beyond chance, and the changed relation, in one list.</summary>
    private static IEnumerable<Cause> Ranked(LossCauses causes)
    {
        var all = causes.Inputs.Where(input => input.Part.IsBeyondChance).Select(input => new Cause(input.Feature, "inputs", input.Part, CauseWords.Sentence(input, causes)));
        if (causes.Concept is { } concept)
            all = all.Append(new("Relation to the target", "relation", concept, CauseWords.OfRelation(causes)));
        return all.OrderByDescending(cause => Math.Abs(cause.Part.Value));
    }

    private static List<InputCause> WithinChance(LossCauses causes) => [.. causes.Inputs.Where(input => !input.Part.IsBeyondChance)];

    private static string? Class(Amount part) => !part.IsBeyondChance ? "chance" : part.Value < 0 ? "lowers" : null;

    private static string Width(Amount part, LossCauses causes)
    {
        var most = causes.Inputs.Select(input => Math.Abs(input.Part.Value)).Append(Math.Abs(causes.Concept?.Value ?? 0)).Max();
        return Format.Number(most > 0 ? 100 * Math.Abs(part.Value) / most : 0, 1);
    }

    private static string Interval(Amount part) => $"95 % interval: {Signed(part.Lower)} to {Signed(part.Upper)}";

    /// <summary>Three decimals as in the sentences, three digits of what is large.</summary>
    private static string Signed(double value) => Math.Abs(value) >= 1 ? Format.Change(value) : (value < 0 ? "−\u202f" : "+\u202f") + Format.Number(Math.Abs(value), 3);

    private static StateKind Kind(ReconstructionDrift drift) => !drift.IsCalibrated ? StateKind.None : drift.ShareBeyond > Remarkable ? StateKind.Warn : StateKind.Ok;

    private static string Word(ReconstructionDrift drift) => !drift.IsCalibrated ? "Uncalibrated" : drift.ShareBeyond > Remarkable ? "No longer" : "As they did";

    private static IReadOnlyList<TimeSeries> Lines(ReconstructionDrift drift)
    {
        double[] reference = [.. drift.Reference.Select((_, i) => (double)i + 1)], current = [.. drift.Current.Select((_, i) => (double)drift.Reference.Count + i + 1)];
        var last = drift.Reference.Count + drift.Current.Count;
        return
        [
            new("reference", reference, [.. drift.Reference.Select(block => block.Error)]) { Color = 3 },
            new("current", current, [.. drift.Current.Select(block => block.Error)]) { Color = 1 },
            TimeSeries.Flat("lower limit", drift.LowerLimit, 1, last),
            TimeSeries.Flat("upper limit", drift.UpperLimit, 1, last),
        ];
    }

    private sealed record Cause(string Name, string Kind, Amount Part, string Sentence);
}
