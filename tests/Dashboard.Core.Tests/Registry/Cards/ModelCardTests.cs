using System.Text.RegularExpressions;
using Dashboard.Core.Registry.Cards;
using Dashboard.Core.Training;

namespace Dashboard.Core.Tests.Registry.Cards;

public sealed class ModelCardTests
{
    [Fact]
    public void The_sections_are_those_of_Mitchell_and_others_and_what_happened()
    {
        var card = ModelCard.Of(CardExamples.Full(), CardExamples.NoNotes);

        Assert.Equal(["Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data", "Quantitative analyses", "Ethical considerations", "Caveats and recommendations", "History and approvals"], card.Sections.Select(section => section.Title));
        Assert.Equal("Version 4 of flights predicts the probability of “late” from 4 inputs (binary classification).", card.Summary);
        Assert.Equal(CardParts.All.Order(), card.Sections.SelectMany(section => section.Blocks).OfType<CardWritten>().Select(written => written.Part).Order());
    }

    [Fact]
    public void Inputs_come_with_types_ranges_and_what_becomes_of_them()
    {
        var table = Table(CardExamples.Full(), "details", "Inputs");

        Assert.Equal(["distance", "number", "80 to 4,962.5 in training", "itself"], table.Rows[0]);
        Assert.Equal("15 values: A00, A01, A02, A03, A04, A05, A06, A07, A08, A09, A10, A11 and 3 more", table.Rows[1][2]);
        Assert.Equal("hour, weekday, in the wall time that was sent", table.Rows[3][3]);
    }

    [Fact]
    public void Metrics_come_with_interval_baseline_and_direction_the_primary_one_first()
    {
        var table = Table(CardExamples.Full(), "metrics", "On held-out rows");

        Assert.Equal(["ROC-AUC", "0.700", "0.660 to 0.740", "0.500", "higher"], table.Rows[0]);
        Assert.Equal(["Accuracy", "75.0 %", "40.0 % to 93.0 %", "75.0 %", "higher"], table.Rows[1]);
        Assert.Equal(["Calibration error", "0.0120", "–", "–", "lower"], table.Rows[2]);
        Assert.Contains("comes from 5 of the 8 held-out rows", table.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_says_so_and_nothing_is_made_up()
    {
        var card = ModelCard.Of(CardExamples.Bare(), CardExamples.NoNotes);
        var text = CardMarkdown.Write(card);

        foreach (var said in new[]
        {
            "How good it is is not known", "What it learnt from is not known", "There is no reference", "There is no evaluation report", "It was not compared with a champion", "not known: it has not answered requests",
            "how is not known", "How much each input carries is not known", "No input is marked as sensitive", "No approval of it is recorded.", "It has not been champion", "Import it again with a sample.",
            "Nobody has written the intended use yet.", "Nobody has written the out-of-scope use yet.", "Nobody has named a licence yet.",
        })
            Assert.Contains(said, text.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Training parameters", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_wrote_is_signed_what_was_taken_over_names_its_version_and_what_was_taken_away_is_missing()
    {
        var written = ModelCard.Of(CardExamples.Full(), CardExamples.Notes()).Sections.SelectMany(section => section.Blocks).OfType<CardWritten>().ToDictionary(one => one.Part);

        Assert.Equal("Written by mara, 4 May 2001, 09:30 UTC.", written[CardPart.IntendedUse].Signature);
        Assert.Equal("Taken over from v3; written by mara, 25 Apr 2001, 09:30 UTC.", written[CardPart.Limits].Signature);
        Assert.True(written[CardPart.Contact].IsMissing);
        Assert.Equal("Taken away by tom, 4 May 2001, 09:30 UTC.", written[CardPart.Contact].Signature);
        Assert.Null(written[CardPart.Licence].Signature);
    }

    [Fact]
    public void A_rollback_and_a_promotion_are_told_with_who_and_why()
    {
        var table = Table(CardExamples.Full(), "history", "Promotions and rollbacks");

        Assert.Equal(["4 May 2001, 11:30 UTC", "Version 4 promoted in place of version 3", "mara", "better on held-out rows"], table.Rows[0]);
        Assert.Equal(["4 May 2001, 14:30 UTC", "Rolled back from version 4 to version 3", "tom", "no reason given"], table.Rows[1]);
    }

    [Fact]
    public void The_card_survives_as_JSON()
    {
        var card = ModelCard.Of(CardExamples.Full(), CardExamples.Notes());

        var again = CanonicalJson.Deserialize<ModelCard>(CanonicalJson.Serialize(card));

        Assert.Equal(CardMarkdown.Write(card), CardMarkdown.Write(again));
    }

    [Theory]
    [InlineData(CardPart.Contact, 501, "contact.text")]
    [InlineData(CardPart.IntendedUse, 8001, "intendedUse.text")]
    public void A_text_that_is_too_long_is_refused_by_name(CardPart part, int length, string field)
    {
        var fault = CardParts.Check(part, new string('x', length))!;

        Assert.Equal((field, $"{length} characters", $"at most {length - 1} characters"), (fault.Field, fault.Value, fault.Expected));
        Assert.Null(CardParts.Check(part, new string('x', length - 1)));
    }

    [Fact]
    public void Control_characters_are_refused_and_line_breaks_are_not()
    {
        Assert.NotNull(CardParts.Check(CardPart.Limits, "a\u0007b"));
        Assert.Null(CardParts.Check(CardPart.Limits, "a\r\n\tb"));
    }

    [Theory]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public void Every_task_has_a_card_in_both_forms(ModelTask task)
    {
        var full = CardExamples.Full();
        var card = ModelCard.Of(full with { Manifest = full.Manifest with { Task = task, Classes = task == ModelTask.Regression ? [] : ["a", "b"] }, Evaluation = full.Evaluation! with { Task = task } }, CardExamples.NoNotes);

        Assert.Equal(10, Regex.Count(CardMarkdown.Write(card), "^## ", RegexOptions.Multiline, TimeSpan.FromSeconds(10)));
        Assert.Equal(10, Regex.Count(CardHtml.Write(card), "<section id=", RegexOptions.None, TimeSpan.FromSeconds(10)));
    }

    private static CardTable Table(Dashboard.Core.Registry.Cards.CardFacts facts, string section, string title) =>
        ModelCard.Of(facts, CardExamples.NoNotes).Sections.Single(one => one.Key == section).Blocks.OfType<CardTable>().Single(table => table.Title == title);
}
