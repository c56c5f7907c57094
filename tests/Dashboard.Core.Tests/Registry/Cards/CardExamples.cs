using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Registry.Cards;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Tests.Registry.Cards;

internal static class CardExamples
{
    public static readonly DateTimeOffset May = new(2001, 5, 4, 9, 30, 0, TimeSpan.Zero);

    public static readonly IReadOnlyDictionary<CardPart, CardNote> NoNotes = new Dictionary<CardPart, CardNote>();

    /// <summary>A version of which everything is known.</summary>
    public static CardFacts Full()
    {
        string[] origins = [.. Enumerable.Range(0, 15).Select(i => $"A{i:00}")];
        var inputs = new Preprocessing([new("distance", InputType.Number, [], 80, 4962.5), new("origin", InputType.Category, origins), new("weekend", InputType.Boolean, []), new("date", InputType.Timestamp, [], Parts: TimestampParts.Hour | TimestampParts.Weekday)]);
        var training = new TrainingSpec("flights", "delays", new string('d', 64), "delay > 15", ["distance", "origin", "weekend", "date"], new(SplitKind.Time, 0.15, 0.2, "date"), new(), Rows: new(new DateTime(2001, 1, 1), null));
        var manifest = new ModelManifest(1, "flights", ModelTask.BinaryClassification, inputs, ["on time", "late"], 0.5, "xgboost", "1.7.4", "model.xgb.json", "reference.profile", "evaluation.json",
            new Dictionary<string, double> { ["accuracy"] = 0.75, ["roc_auc"] = 0.7, ["ece"] = 0.012 }, [new("origin", 0.3, 12), new("hour", 0.1, 5)], "delay > 15", "delay", "date", "run-1", new string('d', 64), training, "0.1.0+abc", May,
            [new("model.xgb.json", new string('a', 64), 40_960), new("reference.profile", new string('b', 64), 1024)]);
        return new("flights", 4, new string('c', 64), manifest, "trained", "mara", May)
        {
            Description = "Delays of domestic flights.",
            Aliases = ["champion"],
            Run = new("run-1", "calm-otter", "delays", May.AddHours(-1), May, [KeyValuePair.Create("max_depth", "6"), KeyValuePair.Create("rounds", "200")]),
            Dataset = new("flights-2001", 2, new string('d', 64), "flights.csv", 120_000, 3, 9, new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2001, 3, 31, 0, 0, 0, TimeSpan.Zero)),
            Evaluation = new(ModelTask.BinaryClassification, 8, new Dictionary<string, double> { ["accuracy"] = 0.75, ["ece"] = 0.012 }, [[5L, 1L], [1L, 1L]], [new("calibration", "x", "y", [0.1, 0.6], [0.125, 0.5], [6, 2])], null),
            Intervals = new Dictionary<string, MetricInterval> { ["roc_auc"] = new(0.66, 0.74, "DeLong", 5), ["accuracy"] = new(0.4, 0.93, "Wilson", 8) },
            Comparison = new(3, 8, new Dictionary<string, double>(), new Dictionary<string, double>(), [], ComparisonVerdict.Better, "Better than version 3 on 8 held-out rows: ROC-AUC 0.700 against 0.680."),
            Reference = new(120_000, 90, "day", new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2001, 3, 31, 0, 0, 0, TimeSpan.Zero)),
            Worst = new("log_loss", 24_000, "1 of 40 groups and bands do worse than the rest beyond chance; origin = A03 costs most.", [new("origin = A03", 1_200, 0.05, 0.61, 0.47, 0.09, 0.19)]),
            Sensitive = ["origin"],
            Fairness = [new("origin", "late", ["Selection rate", "Precision"], [new("A01", 3_000, [new(0.2, 0.18, 0.22, true), null])], [new("Demographic parity difference", new(0.1, 0.05, 0.15, true), "A01", "A02")])],
            FairnessCaveat = "Such figures do not say why.",
            Segments = [new("Far", "distance > 1000")],
            Service = new(12_345, 0.4, 1.9, 3.25, May, null),
            Changes = [new(false, 3, 4, "mara", "better on held-out rows", May.AddHours(2)), new(true, 4, 3, "tom", "", May.AddHours(5))],
            Approvals = [new(true, "tom", May.AddHours(1), "Looks right.")],
            Alerts = new(3, [new("Drift", "warning", "3 inputs moved", May.AddHours(3), null)]),
        };
    }

    /// <summary>A model file from elsewhere: hardly anything is known.</summary>
    public static CardFacts Bare() => new("tiny", 1, new string('e', 64),
        new(1, "tiny", ModelTask.Regression, new([new FeatureInput("x", InputType.Number, [])]), [], 0.5, "xgboost", null, "booster.json", null, null, new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", May,
            [new("booster.json", new string('f', 64), 512)]), "imported XGBoost file", "api", May) { WhyNoEstimates = "Import it again with a sample." };

    public static IReadOnlyDictionary<CardPart, CardNote> Notes() => new Dictionary<CardPart, CardNote>
    {
        [CardPart.IntendedUse] = new("Warn passengers early.\nNever rebook by itself.\n\n1. Ask a person.\n- Always.", "mara", May, 2),
        [CardPart.Limits] = new("Weak in snow.", "mara", May.AddDays(-9), 1, TakenOverFrom: 3),
        [CardPart.Contact] = new("", "tom", May, 3),
    };
}
