using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Dashboard.Core.Registry.Cards;

/// <summary>A card as one HTML file that needs nothing else: no scripts, no pictures, no addresses; light or dark as the reader's system is, and made to be printed. Every value is encoded.</summary>
public static class CardHtml
{
    public const string MediaType = "text/html; charset=utf-8";

    private const string Style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #17212c; --muted: #51617a; --line: #d5dde6; --soft: #eef2f6; }
        @media (prefers-color-scheme: dark) { :root { --paper: #0b1016; --ink: #e8eef5; --muted: #9db0c5; --line: #263343; --soft: #1a232f; } }
        body { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .8rem; padding-top: .8rem; border-top: 1px solid var(--line); } h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
        p { margin: .6rem 0; } .written { white-space: pre-line; } .missing, .note, .by { color: var(--muted); } .missing { font-style: italic; } .note, .by { font-size: .88rem; }
        dl { display: grid; grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); gap: .25rem 1.25rem; margin: .8rem 0; } dt { color: var(--muted); } dd { margin: 0; }
        code { font: .9em ui-monospace, monospace; }
        .wide { overflow-x: auto; margin: 1.2rem 0 .4rem; } table { border-collapse: collapse; min-width: min(100%, 26rem); font-size: .92rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: 0 0 .35rem; } th, td { text-align: left; padding: .3rem 1.4rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; max-width: 32rem; }
        thead th { color: var(--muted); font-weight: 500; font-size: .85rem; } tbody th { font-weight: 500; } .num { text-align: right; white-space: nowrap; }
        @media print { :root { --paper: #fff; --ink: #000; --muted: #444; --line: #bbb; } body { max-width: none; padding: 0; font-size: 10.5pt; } .wide { overflow: visible; } .num { white-space: normal; } h2, h3, caption { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } .wide > table { width: max-content; min-width: 100%; } td, tbody th { max-width: 18rem; } }
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Write(ModelCard card)
    {
        var title = $"Model card: {Text(card.Model)}, version {card.Version.ToString(CultureInfo.InvariantCulture)}";
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>{title}</title>\n<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{Text(card.Summary)}</p>\n");
        foreach (var section in card.Sections)
        {
            html.Append(CultureInfo.InvariantCulture, $"<section id=\"{Text(section.Key)}\">\n<h2>{Text(section.Title)}</h2>\n");
            foreach (var block in section.Blocks)
                Write(html, section, block);
            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder html, CardSection section, CardBlock block)
    {
        switch (block)
        {
            case CardText paragraph:
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"written\">{Text(paragraph.Text)}</p>\n");
                break;
            case CardGap gap:
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"missing\">{Text(gap.Text)}</p>\n");
                break;
            case CardPairs pairs:
                html.Append("<dl>\n");
                foreach (var pair in pairs.Pairs)
                    html.Append(CultureInfo.InvariantCulture, $"<dt>{Text(pair.Name)}</dt><dd>{(pair.IsCode ? $"<code>{Text(pair.Value)}</code>" : Text(pair.Value))}</dd>\n");
                html.Append("</dl>\n");
                break;
            case CardTable table:
                Write(html, table);
                break;
            case CardWritten written:
                if (CardParts.Title(written.Part) != section.Title || section.Blocks[0] != block)
                    html.Append(CultureInfo.InvariantCulture, $"<h3>{Text(CardParts.Title(written.Part))}</h3>\n");
                html.Append(written.IsMissing
                    ? $"<p class=\"missing\">{Text(CardParts.Missing(written.Part))}</p>\n"
                    : $"<p class=\"written\">{Text(written.Note!.Text.ReplaceLineEndings("\n"))}</p>\n");
                if (written.Signature is { } signature)
                    html.Append(CultureInfo.InvariantCulture, $"<p class=\"by\">{Text(signature)}</p>\n");
                break;
        }
    }

    private static void Write(StringBuilder html, CardTable table)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\"><table>\n<caption>{Text(table.Title)}</caption>\n<thead><tr>");
        foreach (var column in table.Columns)
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Number(column)}>{Text(column.Title)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(row[0])}</th>");
            for (var i = 1; i < row.Count; i++)
                html.Append(CultureInfo.InvariantCulture, $"<td{Number(table.Columns[i])}>{Text(row[i])}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
        if (table.Note is { } note)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(note)}</p>\n");
    }

    private static string Number(CardColumn column) => column.IsNumber ? " class=\"num\"" : "";

    private static string Text(string text) => Encoder.Encode(CardCharacters.Clean(text)).Replace("&#xA;", "\n", StringComparison.Ordinal);
}
