using System.Text.Json.Serialization;

namespace Dashboard.Core.Registry.Cards;

/// <summary>
/// A version's model card, in the sections of Mitchell et al. 2019, "Model Cards for Model Reporting", and one more for what happened to it. The page, the Markdown and the HTML are all drawn from this,
/// and it is made from <see cref="CardFacts"/> and from what people wrote, and from nothing else: the same of both gives the same card.
/// </summary>
/// <param name="Summary">What it is, in a sentence.</param>
public sealed record ModelCard(string Model, int Version, string Summary, IReadOnlyList<CardSection> Sections)
{
    /// <param name="notes">The parts that were written.</param>
    public static ModelCard Of(CardFacts facts, IReadOnlyDictionary<CardPart, CardNote> notes)
    {
        CardWritten Written(CardPart part) => new(part, notes.GetValueOrDefault(part));
        return new(facts.Model, facts.Version, DetailsSection.Summary(facts),
        [
            DetailsSection.Of(facts, Written(CardPart.Licence), Written(CardPart.Contact)),
            new("intended-use", "Intended use", [Written(CardPart.IntendedUse), Written(CardPart.OutOfScopeUse)]),
            FactorsSection.Of(facts),
            MetricsSection.Of(facts),
            DataSections.Evaluation(facts),
            DataSections.Training(facts),
            AnalysesSection.Of(facts),
            FactorsSection.Ethics(facts, Written(CardPart.EthicalConsiderations)),
            CaveatsSection.Of(facts, Written(CardPart.Limits)),
            HistorySection.Of(facts),
        ]);
    }
}

/// <summary>A section of a card.</summary>
/// <param name="Key">In addresses: intended-use.</param>
public sealed record CardSection(string Key, string Title, IReadOnlyList<CardBlock> Blocks);

/// <summary>A piece of a section. All text in it is plain: whoever draws it encodes it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CardText), "text")]
[JsonDerivedType(typeof(CardGap), "missing")]
[JsonDerivedType(typeof(CardPairs), "facts")]
[JsonDerivedType(typeof(CardTable), "table")]
[JsonDerivedType(typeof(CardWritten), "written")]
public abstract record CardBlock;

/// <summary>A paragraph that follows from the facts.</summary>
public sealed record CardText(string Text) : CardBlock;

/// <summary>Something that a card should say and cannot.</summary>
public sealed record CardGap(string Text) : CardBlock;

/// <summary>Facts with their names.</summary>
public sealed record CardPairs(IReadOnlyList<CardPair> Pairs) : CardBlock;

/// <param name="IsCode">A hash, an id or a name of code.</param>
public sealed record CardPair(string Name, string Value, bool IsCode = false);

/// <summary>A table; every row has as many cells as there are columns, the first of which names the row.</summary>
/// <param name="Note">What to know about it.</param>
public sealed record CardTable(string Title, IReadOnlyList<CardColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Note = null) : CardBlock;

/// <param name="IsNumber">Its cells stand to the right.</param>
public sealed record CardColumn(string Title, bool IsNumber = false);

/// <summary>A part for people to write.</summary>
/// <param name="Note">Null where nobody has written it.</param>
public sealed record CardWritten(CardPart Part, CardNote? Note) : CardBlock
{
    [JsonIgnore]
    public bool IsMissing => string.IsNullOrEmpty(Note?.Text);

    /// <summary>Who wrote it and when, or took it away again; null where nobody ever wrote.</summary>
    [JsonIgnore]
    public string? Signature => Note switch
    {
        null => null,
        { Text.Length: 0 } note => $"Taken away by {note.By}, {CardWords.Instant(note.At)}.",
        { TakenOverFrom: { } from } note => $"Taken over from v{from}; written by {note.By}, {CardWords.Instant(note.At)}.",
        _ => $"Written by {Note.By}, {CardWords.Instant(Note.At)}.",
    };
}
