using System.Globalization;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry.Cards;

/// <summary>What it learnt from and what it was measured on.</summary>
internal static class DataSections
{
    public static CardSection Evaluation(CardFacts facts)
    {
        if (facts.Manifest.Training is not { } training)
        {
            return new("evaluation-data", "Evaluation data", [facts.Evaluation is { } sampled
                ? new CardText($"It was trained elsewhere and measured here on the {CardWords.Count(sampled.Rows, "row")} of its sample whose outcome is known. Whether training had seen them is not known.")
                : new CardGap("It was trained elsewhere, and no rows came with it that it could be measured on.")]);
        }

        var pairs = new List<CardPair> { new("Split", Split(training.Split)), new("Held out", $"{CardWords.Percent(training.Split.TestShare)} of the rows{(facts.Evaluation is { } report ? $": {CardWords.Count(report.Rows)}" : "")}") };
        if (facts.Dataset is { } data)
            pairs.Add(new("Dataset", $"{data.Name} v{data.Version}, the same as for training"));
        return new("evaluation-data", "Evaluation data",
        [
            new CardPairs(pairs),
            new CardText(training.Split.Kind == SplitKind.Time
                ? "The held-out rows are the newest ones: the figures say how a model does that looks into the future, not how it does on days that it knows."
                : "The held-out rows were drawn at random from the same time as the training rows: the figures do not say how it does on later days."),
        ]);
    }

    public static CardSection Training(CardFacts facts)
    {
        var (blocks, pairs, training) = (new List<CardBlock>(), new List<CardPair>(), facts.Manifest.Training);
        if (facts.Dataset is { } data)
        {
            pairs.AddRange(
            [
                new("Dataset", $"{data.Name} v{data.Version}"), new("Source", data.Source), new("Content", $"SHA-256 {data.ContentHash}", IsCode: true),
                new("Rows", $"{CardWords.Count(data.Rows)}{(data.RejectedRows > 0 ? $"; {CardWords.Count(data.RejectedRows)} more did not parse and were left out" : "")}"), new("Columns", CardWords.Count(data.Columns)),
            ]);
            if (data is { From: { } from, To: { } to })
                pairs.Add(new("Time", CardWords.Range(from, to)));
        }
        else
        {
            blocks.Add(new CardGap(facts.Manifest.DatasetVersion is { } hash ? $"The dataset it learnt from, SHA-256 {hash}, is not registered here." : "What it learnt from is not known: it was trained elsewhere."));
        }

        if (training is not null)
        {
            pairs.AddRange([new("Target", training.Target, IsCode: true), new("Features", CardWords.List(training.Features))]);
            if (training.Rows is { } range)
                pairs.Add(new("Rows used", $"{Local(range.From, "the first")} up to {Local(range.To, "the last")}"));
            pairs.Add(new("Shares", $"{CardWords.Percent(1 - training.Split.ValidationShare - training.Split.TestShare)} train, {CardWords.Percent(training.Split.ValidationShare)} validate, {CardWords.Percent(training.Split.TestShare)} held out"));
        }

        if (pairs.Count > 0)
            blocks.Add(new CardPairs(pairs));

        blocks.Add(facts.Reference is { } reference
            ? new CardText($"Live data are compared with a reference of {CardWords.Count(reference.Rows, "row")} in {(reference.Unit is { } unit ? $"{CardWords.Count(reference.Blocks, "block")} of one {unit}" : $"{CardWords.Count(reference.Blocks, "run")} of rows")}{(reference is { From: { } first, To: { } last } ? $", {CardWords.Range(first, last)}" : "")}.")
            : new CardGap("There is no reference of what it learnt from, so drift cannot be told."));
        return new("training-data", "Training data", blocks);
    }

    private static string Split(SplitSpec split) => split.Kind == SplitKind.Time ? $"by time ({split.TimeColumn}): the newest rows are held out" : "at random";

    private static string Local(DateTime? at, string otherwise) => at?.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture) ?? otherwise;
}
