using Dashboard.Core;
using Dashboard.Storage.Monitoring.Predictions;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Explanations;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Components.Pages.Predictions;

public sealed partial class PredictionPage
{
    private PredictionExplanation? explanation;
    private Error? failure;

    [Parameter] public string Name { get; set; } = "";

    /// <summary>That there is an id, and that it is another one; the id itself is read from the address, because the router takes an escaped per cent sign for the beginning of a slash.</summary>
    [Parameter] public string? Id { get; set; }

    [Inject] private PredictionExplainer Explainer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private PredictionEntry Entry => explanation!.Entry;

    private string? Similar => SimilarPredictions.Of(explanation!);

    protected override TimeSpan Rest => TimeSpan.FromSeconds(2);

    /// <summary>Ground truth may come or be corrected, and another version may become champion; what was predicted stays.</summary>
    protected override bool Concerns(Notification notification) => notification.Model == Name && notification.Topic is Topics.Monitoring or Topics.Deployments;

    protected override bool NeedsReload(TimeSelection before) => false;

    /// <summary>The breadcrumb above a prediction leads here without an id: to the list.</summary>
    protected override Task OnParametersSetAsync()
    {
        if (!string.IsNullOrEmpty(Id))
            return base.OnParametersSetAsync();
        Navigation.NavigateTo(State.Link($"/models/{Uri.EscapeDataString(Name)}", ("tab", "predictions")), replace: true);
        return Task.CompletedTask;
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var explained = await Explainer.ExplainAsync(Name, PredictionChoice.IdOf(State.Path), ct);
        (explanation, failure) = (explained.IsSuccess ? explained.Value : null, explained.Error);
    }

    internal static string Capital(string sentence) => sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string Outputs(IEnumerable<float> outputs) => string.Join(", ", outputs.Select(output => Format.Number(output)));
}
