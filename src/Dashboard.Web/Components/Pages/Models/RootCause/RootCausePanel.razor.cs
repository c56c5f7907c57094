using Dashboard.Web.People;
using Dashboard.Core.Governance.People;
using Dashboard.Core;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Analysis;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.RootCause;

public sealed partial class RootCausePanel
{
    private ChangeAnalysis? shown;
    private ChangeAnalysis? underWay;
    private ChangeAnalysis? failed;
    private Error? refused;
    private bool asking;

    [Parameter, EditorRequired] public string Model { get; set; } = "";

    /// <summary>The range of event time that the page shows.</summary>
    [Parameter, EditorRequired] public DateTimeOffset From { get; set; }

    [Parameter, EditorRequired] public DateTimeOffset To { get; set; }

    [Inject] private PageAccess Access { get; set; } = null!;

    [Inject] private AnalysisRunner Runner { get; set; } = null!;

    private string Ask => shown is null ? "Explain the change" : IsThisRange(shown) ? "Explain again" : "Explain this range";

    internal static string Range(ChangeAnalysis analysis) => $"{Format.Date(analysis.From)} – {Format.Date(analysis.To)}";

    protected override bool Concerns(Notification notification) => notification.Topic == Topics.Analyses && notification.Model == Model;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var all = await Runner.ListAsync(Model, ct);
        underWay = all.FirstOrDefault(analysis => analysis.IsUnderWay);
        // This range's answer, or else the newest of any, which says which range it is of.
        shown = all.Where(analysis => analysis.Status == AnalysisStatus.Done).OrderByDescending(IsThisRange).ThenByDescending(analysis => analysis.EndedAt).FirstOrDefault();
        var newest = all.FirstOrDefault(IsThisRange);
        failed = newest is { Status: AnalysisStatus.Failed or AnalysisStatus.Cancelled } ? newest : null;
    }

    private bool IsThisRange(ChangeAnalysis analysis) => analysis.From == From && analysis.To == To;

    private async Task AskAsync()
    {
        asking = true;
        try
        {
            refused = Access.Refusal(Permission.Train, Model) ?? (await Runner.RequestAsync(Model, From, To, null, Access.Name, Leaving)).Error;
            await ReloadAsync();
        }
        finally
        {
            asking = false;
        }
    }

    private async Task CancelAsync()
    {
        if (underWay is not { } running || (refused = Access.Refusal(Permission.Train, Model)) is not null)
            return;
        // Whoever was quicker has ended it already, which is as well.
        await Runner.CancelAsync(Model, running.Id, Leaving);
        await ReloadAsync();
    }
}
