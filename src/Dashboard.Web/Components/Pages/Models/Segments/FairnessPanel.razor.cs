using Dashboard.Web.People;
using Dashboard.Core.Governance.People;
using Dashboard.Core;
using Dashboard.Core.Monitoring.Slices;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Slices;
using Dashboard.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Models.Segments;

public sealed partial class FairnessPanel : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private CancellationToken gone;
    private IReadOnlyList<string> marked = [];
    private IReadOnlyList<FairnessView> views = [];

    /// <summary>Why a marked input has no figures.</summary>
    private IReadOnlyList<string> problems = [];
    private Error? failure;

    [Parameter, EditorRequired] public ModelPicture Picture { get; set; } = null!;

    [Parameter, EditorRequired] public ClockRange Range { get; set; } = null!;

    [Parameter, EditorRequired] public ModelSignature Signature { get; set; } = null!;

    [Inject] private PageAccess Access { get; set; } = null!;

    [Inject] private MonitoringQueries Queries { get; set; } = null!;

    [Inject] private SensitiveFeatures Sensitive { get; set; } = null!;

    [Inject] private PageState State { get; set; } = null!;

    private IReadOnlyList<(string Key, string Text)> Figures => [.. FairnessFigures.Of(Signature.Leading.Manifest.Task == ModelTask.Regression).Select(key => (key, FairnessFigures.Name(key)))];

    private string Figure => ToolbarSelect.Current(State, Figures, "figure");

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <summary>Taken once: what goes on after the tab was left must not ask a source that is disposed.</summary>
    protected override void OnInitialized() => gone = leaving.Token;

    protected override async Task OnParametersSetAsync()
    {
        var listed = await Sensitive.ListAsync(Picture.Name, gone);
        marked = listed.IsSuccess ? listed.Value : [];
        await ReadAsync();
    }

    /// <summary>A timestamp is compared by each of its parts.</summary>
    private async Task ReadAsync()
    {
        var (preprocessing, read, failed) = (Signature.Leading.Manifest.Preprocessing, new List<FairnessView>(), new List<string>());
        foreach (var feature in preprocessing.Features.Where(feature => marked.Contains(preprocessing.Inputs[feature.Input].Name)))
        {
            var view = await Queries.FairnessAsync(Picture.Name, null, feature.Name, Class, Range.ModelFrom, Range.ModelTo, gone);
            if (view is { IsSuccess: true } known)
                read.Add(known.Value);
            else if (view?.Error is { } problem)
                failed.Add(problem.Message);
        }

        (views, problems) = (read, failed);
    }

    private string? Class => Signature.Leading.Manifest.Classes is { Count: > 2 } classes && State["class"] is { } chosen && classes.Contains(chosen) ? chosen : null;

    private async Task MarkAsync(string input, bool sensitive)
    {
        if ((failure = Access.Refusal(Permission.Configure, Picture.Name)) is not null)
            return;
        var set = await Sensitive.SetAsync(Picture.Name, [.. sensitive ? marked.Append(input) : marked.Where(other => other != input)], Access.Name, gone);
        failure = set.Error;
        if (!set.IsSuccess)
            return;
        marked = set.Value;
        await ReadAsync();
    }
}
