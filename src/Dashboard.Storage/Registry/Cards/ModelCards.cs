using Dashboard.Core;
using Dashboard.Core.Registry.Cards;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>Draws up the cards of versions from what is stored.</summary>
public sealed class ModelCards(ModelRegistry registry, CardFactsReader facts, CardNotes notes)
{
    /// <summary>The card of a version.</summary>
    /// <param name="reference">A number, an alias, 'latest' or 'v3'.</param>
    public async Task<Result<ModelCard>> FindAsync(string model, string reference, CancellationToken ct)
    {
        if (await registry.FindAsync(model, ct) is not { } registered)
            return new NotFound("model", model);
        var found = registered.FindVersion(reference);
        return found.Error is { } unknown ? unknown : ModelCard.Of(await facts.ReadAsync(registered, found.Value, ct), await notes.ListAsync(found.Value.Id, ct));
    }
}
