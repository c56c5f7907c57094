using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Registry.Cards;

/// <summary>The figures taken apart: by class, by score, by group, between people, and beside the champion.</summary>
internal static class AnalysesSection
{
    private const int MostClasses = 12;

    private const int MostGroups = 10;

    public static CardSection Of(CardFacts facts)
    {
        var blocks = new List<CardBlock>();
        if (facts.Evaluation is { } report)
        {
            blocks.AddRange(Confusion(report, facts.Manifest.Classes));
            blocks.AddRange(Classes(report));
            blocks.AddRange(Calibration(report));
        }
        else
        {
            blocks.Add(new CardGap("There is no evaluation report: neither confusion matrix nor calibration is known."));
        }

        blocks.AddRange(Worst(facts.Worst));
        foreach (var one in facts.Fairness)
            blocks.AddRange(Fairness(one));
        blocks.Add(facts.Comparison is { } comparison
            ? new CardText($"Against the champion of its time: {comparison.Sentence}")
            : new CardGap("It was not compared with a champion on the same held-out rows."));
        return new("analyses", "Quantitative analyses", blocks);
    }

    private static IEnumerable<CardBlock> Confusion(EvaluationReport report, IReadOnlyList<string> classes)
    {
        if (report.ConfusionMatrix is not { } matrix || matrix.Count != classes.Count || classes.Count > MostClasses)
            yield break;
        yield return new CardTable("Confusion matrix", [new("Actual"), .. classes.Select(name => new CardColumn($"Predicted {name}", IsNumber: true))],
            [.. matrix.Select((row, i) => (IReadOnlyList<string>)[classes[i], .. row.Select(count => CardWords.Count(count))])]);
    }

    private static IEnumerable<CardBlock> Classes(EvaluationReport report)
    {
        if (report.Classes is not { Count: > 0 } classes)
            yield break;
        yield return new CardTable("By class", [new("Class"), new("Rows", IsNumber: true), new("Precision", IsNumber: true), new("Recall", IsNumber: true), new("F1", IsNumber: true), new("ROC-AUC", IsNumber: true)],
            [.. classes.Take(50).Select(one => (IReadOnlyList<string>)[one.Class, CardWords.Count(one.Support), Share(one.Precision), Share(one.Recall), Figure(one.F1), Figure(one.RocAuc)])],
            classes.Count > 50 ? $"{CardWords.Count(classes.Count - 50, "class")} more are left out." : null);
    }

    private static IEnumerable<CardBlock> Calibration(EvaluationReport report)
    {
        if (report.Curves.FirstOrDefault(curve => curve.Name == "calibration") is not { Weight: { } weight } curve)
            yield break;
        yield return new CardTable("Calibration", [new("Mean predicted probability"), new("Observed share", IsNumber: true), new("Rows", IsNumber: true)],
            [.. curve.X.Select((x, i) => (IReadOnlyList<string>)[CardWords.Percent(x), CardWords.Percent(curve.Y[i]), CardWords.Count((long)weight[i])])],
            report.Metrics.TryGetValue("ece", out var error) ? $"Expected calibration error {MetricInfo.For("ece").Format(error)}: so far a probability is from the share that came true, on average." : null);
    }

    private static IEnumerable<CardBlock> Worst(CardWorst? worst)
    {
        if (worst is null)
        {
            yield return new CardGap("Where it does worse than elsewhere is not known: there are no rows with their outcome that it had not learnt from.");
            yield break;
        }

        yield return new CardText($"By group, on {CardWords.Count(worst.Rows, "row")} that it had not learnt from: {worst.Summary}");
        if (worst.Groups.Count == 0)
            yield break;
        var name = MetricInfo.For(worst.Metric).Name;
        yield return new CardTable("Where it does worse", [new("Group"), new("Rows", IsNumber: true), new("Share", IsNumber: true), new(name, IsNumber: true), new("Elsewhere", IsNumber: true), new("Difference, 95 %", IsNumber: true)],
            [.. worst.Groups.Take(MostGroups).Select(group => (IReadOnlyList<string>)[group.Group, CardWords.Count(group.Rows), CardWords.Percent(group.Share), CardWords.Number(group.Loss), CardWords.Number(group.Elsewhere), $"{CardWords.Number(group.Low)} to {CardWords.Number(group.High)}"])],
            $"The costliest first; the intervals hold together, whichever one is picked.{(worst.Groups.Count > MostGroups ? $" {CardWords.Count(worst.Groups.Count - MostGroups)} more are left out." : "")}");
    }

    private static IEnumerable<CardBlock> Fairness(CardFairness fairness)
    {
        yield return new CardTable($"Between the values of {fairness.Feature}{(fairness.Class is { } selected ? $", “{selected}” as the answer in question" : "")}",
            [new("Group"), new("Rows", IsNumber: true), .. fairness.Figures.Select(figure => new CardColumn(figure, IsNumber: true))],
            [.. fairness.Groups.Take(MostGroups).Select(group => (IReadOnlyList<string>)[group.Group, CardWords.Count(group.Rows), .. group.Values.Select(CardWords.Band)])],
            $"On rows that it had not learnt from, with 95 % bands.{(fairness.Groups.Count > MostGroups ? $" {CardWords.Count(fairness.Groups.Count - MostGroups)} smaller groups are left out." : "")}");
        if (fairness.Gaps.Count == 0)
            yield return new CardGap($"No difference between the values of {fairness.Feature} can be given: fewer than two groups have enough rows.");
        else
        {
            yield return new CardTable($"Largest differences between the values of {fairness.Feature}", [new("Figure"), new("Value, 95 %", IsNumber: true), new("Highest"), new("Lowest")],
                [.. fairness.Gaps.Select(gap => (IReadOnlyList<string>)[gap.Name, CardWords.Band(gap.Value), gap.Highest, gap.Lowest])]);
        }
    }

    private static string Share(double? value) => value is { } share ? CardWords.Percent(share) : CardWords.None;

    private static string Figure(double? value) => value is { } figure ? CardWords.Number(figure) : CardWords.None;
}
