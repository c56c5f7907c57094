using System.Text;
using Dashboard.Core;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Cards;

namespace Dashboard.Web.Api.V1;

/// <summary>Model cards of versions: as data, as documents, and what people write in them.</summary>
internal static class CardEndpoints
{
    // Routing passes a request by whose media type an endpoint does not name; the endpoint answers it, with what is wrong.
    private const string Any = "*/*";

    public static void MapCards(this IEndpointRouteBuilder routes)
    {
        var card = routes.MapGroup("/models/{model}/versions/{version}").WithTags("Model cards");
        card.MapGet("/card", CardAsync).Produces<ModelCard>().ProducesProblem(400).ProducesProblem(404).WithSummary("Model card of a version, by number, alias or 'latest'; format is json, markdown or html");
        card.MapGet("/card.md", (string model, string version, ModelCards cards, CancellationToken ct) => DocumentAsync(model, version, "markdown", cards, ct))
            .Produces(StatusCodes.Status200OK, contentType: "text/markdown").ProducesProblem(404).WithSummary("Model card as a Markdown file");
        card.MapGet("/card.html", (string model, string version, ModelCards cards, CancellationToken ct) => DocumentAsync(model, version, "html", cards, ct))
            .Produces(StatusCodes.Status200OK, contentType: "text/html").ProducesProblem(404).WithSummary("Model card as one HTML file");
        card.MapGet("/card/notes", NotesAsync).Produces<Dictionary<string, CardNote>>().ProducesProblem(404).WithSummary("What people wrote in the card, by part, each with its revision");
        card.MapPut("/card/notes", WriteAsync).Accepts<WrittenParts>("application/json", Any).Produces<Dictionary<string, CardNote>>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Write parts of the card; each names the revision that was read (0 for the first text), and a text that was changed meanwhile is refused");
    }

    private static Task<IResult> CardAsync(string model, string version, string? format, ModelCards cards, CancellationToken ct) => format switch
    {
        null or "" or "json" => JsonAsync(model, version, cards, ct),
        "markdown" or "html" => DocumentAsync(model, version, format, cards, ct),
        _ => Task.FromResult(InvalidValue.Of("format", format, "json, markdown or html").ToProblem()),
    };

    private static async Task<IResult> JsonAsync(string model, string version, ModelCards cards, CancellationToken ct) => (await cards.FindAsync(model, version, ct)).Match(Results.Ok, Problems.ToProblem);

    /// <summary>As a file to keep: a browser saves it and does not open it beside the pages of this host.</summary>
    private static async Task<IResult> DocumentAsync(string model, string version, string format, ModelCards cards, CancellationToken ct)
    {
        var found = await cards.FindAsync(model, version, ct);
        if (found.Error is { } unknown)
            return unknown.ToProblem();
        var (text, type, ending) = format == "html" ? (CardHtml.Write(found.Value), CardHtml.MediaType, "html") : (CardMarkdown.Write(found.Value), CardMarkdown.MediaType, "md");
        return Results.File(Encoding.UTF8.GetBytes(text), type, $"{found.Value.Model}-v{found.Value.Version}-card.{ending}");
    }

    private static async Task<IResult> NotesAsync(string model, string version, ModelRegistry registry, CardNotes notes, CancellationToken ct)
    {
        var found = await registry.FindVersionAsync(model, version, ct);
        return found.Error is { } unknown ? unknown.ToProblem() : Results.Ok(ByField(await notes.ListAsync(found.Value.Id, ct)));
    }

    private static async Task<IResult> WriteAsync(string model, string version, HttpContext context, ModelRegistry registry, CardNotes notes, CancellationToken ct)
    {
        var body = await JsonBody.ReadAsync<WrittenParts>(context.Request, ct);
        if (body.Error is { } unreadable)
            return unreadable.ToProblem();
        var edits = new List<CardEdit>();
        foreach (var (part, written) in body.Value.All())
        {
            if (written is null)
                continue;
            if (written.Text is not { } text)
                return InvalidValue.Of($"{CardParts.Field(part)}.text", null, "the text; empty to take it away").ToProblem();
            if (written.Revision is not (>= 0 and var revision))
                return InvalidValue.Of($"{CardParts.Field(part)}.revision", written.Revision?.ToString(), "the revision that was read; 0 where nobody has written yet").ToProblem();
            edits.Add(new(part, text, revision));
        }

        if (edits.Count == 0)
            return InvalidValue.Of("body", "no part", $"at least one of {string.Join(", ", CardParts.All.Select(CardParts.Field))}").ToProblem();
        var found = await registry.FindVersionAsync(model, version, ct);
        if (found.Error is { } unknown)
            return unknown.ToProblem();
        return (await notes.WriteAsync(model, found.Value.Number, edits, Actor.Of(context), ct)).Match(present => Results.Ok(ByField(present)), Problems.ToProblem);
    }

    private static Dictionary<string, CardNote> ByField(IReadOnlyDictionary<CardPart, CardNote> notes) =>
        CardParts.All.Where(notes.ContainsKey).ToDictionary(CardParts.Field, part => notes[part], StringComparer.Ordinal);

    private sealed record WrittenText(string? Text, int? Revision);

    private sealed record WrittenParts(WrittenText? IntendedUse, WrittenText? OutOfScopeUse, WrittenText? Limits, WrittenText? EthicalConsiderations, WrittenText? Contact, WrittenText? Licence)
    {
        public IEnumerable<(CardPart Part, WrittenText? Written)> All() =>
        [
            (CardPart.IntendedUse, IntendedUse), (CardPart.OutOfScopeUse, OutOfScopeUse), (CardPart.Limits, Limits), (CardPart.EthicalConsiderations, EthicalConsiderations), (CardPart.Contact, Contact), (CardPart.Licence, Licence),
        ];
    }
}
