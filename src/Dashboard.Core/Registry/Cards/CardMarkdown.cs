using System.Globalization;
using System.Text;

namespace Dashboard.Core.Registry.Cards;

/// <summary>A card as Markdown (CommonMark with GitHub's tables). Whatever a name or a text holds stays text: it becomes no heading, link, image, table cell or tag.</summary>
public static class CardMarkdown
{
    public const string MediaType = "text/markdown; charset=utf-8";

    public static string Write(ModelCard card)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Model card: {Line(card.Model)}, version {card.Version}\n\n{Line(card.Summary)}\n");
        foreach (var section in card.Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Line(section.Title)}\n");
            foreach (var block in section.Blocks)
                Write(text, section, block);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, CardSection section, CardBlock block)
    {
        text.Append('\n');
        switch (block)
        {
            case CardText paragraph:
                text.Append(Paragraphs(paragraph.Text)).Append('\n');
                break;
            case CardGap gap:
                text.Append(CultureInfo.InvariantCulture, $"*{Line(gap.Text)}*\n");
                break;
            case CardPairs pairs:
                foreach (var pair in pairs.Pairs)
                    text.Append(CultureInfo.InvariantCulture, $"- **{Line(pair.Name)}:** {Line(pair.Value)}\n");
                break;
            case CardTable table:
                Write(text, table);
                break;
            case CardWritten written:
                if (CardParts.Title(written.Part) != section.Title || section.Blocks[0] != block)
                    text.Append(CultureInfo.InvariantCulture, $"### {Line(CardParts.Title(written.Part))}\n\n");
                if (written.IsMissing)
                    text.Append(CultureInfo.InvariantCulture, $"*{Line(CardParts.Missing(written.Part))}*\n");
                else
                    text.Append(Paragraphs(written.Note!.Text)).Append('\n');
                if (written.Signature is { } signature)
                    text.Append(CultureInfo.InvariantCulture, $"\n*{Line(signature)}*\n");
                break;
        }
    }

    private static void Write(StringBuilder text, CardTable table)
    {
        text.Append(CultureInfo.InvariantCulture, $"**{Line(table.Title)}**\n\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => Line(column.Title))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => column.IsNumber ? "---:" : "---")).Append(" |\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Line)).Append(" |\n");
        if (table.Note is { } note)
            text.Append(CultureInfo.InvariantCulture, $"\n*{Line(note)}*\n");
    }

    /// <summary>Text of several lines; an empty line begins a paragraph.</summary>
    private static string Paragraphs(string text)
    {
        var lines = CardCharacters.Clean(text).ReplaceLineEndings("\n").Split('\n').Select(line => Escape(line.Trim())).ToArray();
        var written = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            written.Append(lines[i]);
            if (i < lines.Length - 1)
                written.Append(lines[i].Length > 0 && lines[i + 1].Length > 0 ? "\\\n" : "\n");
        }

        return written.ToString().Trim('\n');
    }

    private static string Line(string text) => Escape(string.Join(' ', CardCharacters.Clean(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static string Escape(string line)
    {
        var escaped = new StringBuilder(line.Length + 8);
        foreach (var c in line)
        {
            escaped.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '\\' or '`' or '*' or '_' or '[' or ']' or '#' or '|' or '~' or '$' or '!' => $"\\{c}",
                _ => c,
            });
        }

        // What would begin a list or underline a heading.
        if (escaped.Length > 0 && escaped[0] is '-' or '+' or '=')
            escaped.Insert(0, '\\');
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is > 0 and < 10 && digits < line.Length && (line[digits] is '.' or ')') && (digits + 1 == line.Length || line[digits + 1] == ' '))
            escaped.Insert(digits, '\\');
        return escaped.ToString();
    }
}
