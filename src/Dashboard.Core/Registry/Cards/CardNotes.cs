namespace Dashboard.Core.Registry.Cards;

/// <summary>The parts of a model card that only people can write.</summary>
public enum CardPart { IntendedUse, OutOfScopeUse, Limits, EthicalConsiderations, Contact, Licence }

/// <summary>What a person wrote in one part of a version's card.</summary>
/// <param name="Text">Empty: it was written and taken away again.</param>
/// <param name="Revision">1 for the first text of the version, one more with each change.</param>
/// <param name="TakenOverFrom">The earlier version whose text this is; null once a person wrote it for this version.</param>
public sealed record CardNote(string Text, string By, DateTimeOffset At, int Revision, int? TakenOverFrom = null);

/// <summary>The parts, in the order of the card.</summary>
public static class CardParts
{
    public static readonly IReadOnlyList<CardPart> All = Enum.GetValues<CardPart>();

    /// <summary>"Intended use".</summary>
    public static string Title(CardPart part) => part switch
    {
        CardPart.IntendedUse => "Intended use",
        CardPart.OutOfScopeUse => "Out-of-scope use",
        CardPart.Limits => "Limits and recommendations",
        CardPart.EthicalConsiderations => "Ethical considerations",
        CardPart.Contact => "Contact",
        _ => "Licence",
    };

    /// <summary>What to write there.</summary>
    public static string Prompt(CardPart part) => part switch
    {
        CardPart.IntendedUse => "What decisions the model is for, who uses it and how.",
        CardPart.OutOfScopeUse => "What it must not be used for, and what it is easily mistaken for.",
        CardPart.Limits => "Where it is known to be weak, what was not tested, what a user should do about it.",
        CardPart.EthicalConsiderations => "Whom it affects, sensitive data, risks and harms, and what was done about them.",
        CardPart.Contact => "Who answers questions and takes complaints.",
        _ => "Under which licence or terms the model may be used.",
    };

    /// <summary>"Nobody has written the intended use yet."</summary>
    public static string Missing(CardPart part) => part switch
    {
        CardPart.Contact => "Nobody has named a contact yet.",
        CardPart.Licence => "Nobody has named a licence yet.",
        CardPart.Limits => "Nobody has written about limits yet.",
        CardPart.EthicalConsiderations => "Nobody has written about ethical considerations yet.",
        _ => $"Nobody has written the {Title(part).ToLowerInvariant()} yet.",
    };

    /// <summary>The field's name in JSON: intendedUse.</summary>
    public static string Field(CardPart part) => char.ToLowerInvariant($"{part}"[0]) + $"{part}"[1..];

    /// <summary>The most characters of a part.</summary>
    public static int MaxLength(CardPart part) => part is CardPart.Contact or CardPart.Licence ? 500 : 8000;

    /// <summary>Null when a part may have this text; otherwise what is wrong with it.</summary>
    public static Error? Check(CardPart part, string text) =>
        text.Length > MaxLength(part) ? InvalidValue.Of($"{Field(part)}.text", $"{text.Length} characters", $"at most {MaxLength(part)} characters")
        : text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? InvalidValue.Of($"{Field(part)}.text", "a control character", "text with line breaks and tabs only")
        : null;
}
