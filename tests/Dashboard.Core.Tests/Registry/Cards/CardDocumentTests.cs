using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry.Cards;

namespace Dashboard.Core.Tests.Registry.Cards;

public sealed class CardDocumentTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "](javascript:alert(1))", "a | b\n| c |", "# not a heading", "`code`", "</style><b>", "&lt;b&gt;", "' onload='x", "\u202Egnp.exe", "\u0000\u0007", "\uD800", "![x](http://evil/x.png)", "<!-- x", "$x$", "- item", "--> <svg/onload=alert(1)>",
    ];

    /// <summary>The golden file is the whole card in Markdown, read by a person before it was put there.</summary>
    [Fact]
    public void A_full_card_in_Markdown_is_as_it_was_read_by_a_person()
    {
        var written = CardMarkdown.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes()));

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "model-card.md")).ReplaceLineEndings("\n"), written);
    }

    [Fact]
    public void The_same_facts_give_the_same_bytes()
    {
        Assert.Equal(CardMarkdown.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes())), CardMarkdown.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes())));
        Assert.Equal(CardHtml.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes())), CardHtml.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes())));
    }

    [Fact]
    public void The_HTML_needs_nothing_else_and_runs_nothing()
    {
        var html = CardHtml.Write(ModelCard.Of(CardExamples.Full(), CardExamples.Notes()));

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("<script|<link|<img|<iframe| src=| href=|url\\(|@import|http://|https://|\\son\\w+=", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(10)), html);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("@media print", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_and_texts_stay_text_in_HTML()
    {
        foreach (var text in Hostile)
        {
            var html = CardHtml.Write(ModelCard.Of(Facts(text), Notes(text)));

            // Everything between head and end is well-formed with the elements of a card, so nothing of the text has become markup.
            var body = XElement.Parse(html[html.IndexOf("<main>", StringComparison.Ordinal)..(html.IndexOf("</main>", StringComparison.Ordinal) + 7)]);
            Assert.Empty(body.Descendants().Select(element => element.Name.LocalName).Except(["h1", "h2", "h3", "p", "section", "dl", "dt", "dd", "code", "div", "table", "caption", "thead", "tbody", "tr", "th", "td"]));
            Assert.Empty(body.Descendants().SelectMany(element => element.Attributes()).Select(attribute => attribute.Name.LocalName).Except(["id", "class", "scope"]));
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
            Assert.Single(Regex.Matches(html, "</style>", RegexOptions.None, TimeSpan.FromSeconds(10)));
            Assert.DoesNotContain('\u202E', html);
            Assert.DoesNotContain('\0', html);
        }
    }

    [Fact]
    public void Hostile_names_and_texts_stay_text_in_Markdown()
    {
        var plain = CardMarkdown.Write(ModelCard.Of(Facts("plain"), Notes("plain")));
        foreach (var text in Hostile)
        {
            var markdown = CardMarkdown.Write(ModelCard.Of(Facts(text), Notes(text)));

            Assert.DoesNotContain('<', markdown);
            Assert.DoesNotMatch(new Regex(@"(?<!\\)[`\[\]!$]", RegexOptions.None, TimeSpan.FromSeconds(10)), markdown);
            Assert.Equal(Count(plain, "^#"), Count(markdown, "^#"));
            Assert.Equal(Count(plain, "^- "), Count(markdown, "^- "));
            // Tables keep their shape: as many bars that are not escaped.
            Assert.Equal(Count(plain, @"(?<!\\)\|"), Count(markdown, @"(?<!\\)\|"));
            Assert.DoesNotContain('\u202E', markdown);
            Assert.DoesNotContain('\0', markdown);
        }
    }

    private static int Count(string text, string pattern) => Regex.Count(text, pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(10));

    private static CardFacts Facts(string text)
    {
        var full = CardExamples.Full();
        return full with
        {
            Model = text, CreatedBy = text, Description = text, Aliases = [text], Segments = [new(text, text)], Sensitive = [text], FairnessCaveat = text,
            Manifest = full.Manifest with { Classes = [text + "0", text], Target = text, CodeVersion = text, Importance = [new(text, 1, null)], Preprocessing = new Preprocessing([new(text, InputType.Category, [text, "b"])]), Metrics = new Dictionary<string, double> { [text] = 1 } },
            Run = full.Run! with { Name = text, Parameters = [KeyValuePair.Create(text, text)] }, Dataset = full.Dataset! with { Name = text, Source = text },
            Worst = full.Worst! with { Groups = [full.Worst.Groups[0] with { Group = text }] }, Fairness = [full.Fairness[0] with { Feature = text, Groups = [full.Fairness[0].Groups[0] with { Group = text }] }],
            Changes = [new(false, 3, 4, text, text, CardExamples.May)], Approvals = [new(true, text, CardExamples.May, text)], Alerts = new(1, [new(text, text, text, CardExamples.May, null)]),
        };
    }

    private static Dictionary<CardPart, CardNote> Notes(string text) => CardParts.All.ToDictionary(part => part, _ => new CardNote(text, text, CardExamples.May, 1));
}
