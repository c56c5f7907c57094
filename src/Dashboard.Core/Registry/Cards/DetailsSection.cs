using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry.Cards;

/// <summary>What the version is: how it was made, what goes in, what comes out.</summary>
internal static class DetailsSection
{
    public static string Summary(CardFacts facts)
    {
        var (manifest, inputs) = (facts.Manifest, facts.Manifest.Preprocessing.Inputs.Count);
        var what = manifest.Task switch
        {
            ModelTask.BinaryClassification when manifest is { Target: { } condition, Classes: [_, "true"] } => $"whether “{condition}” is true",
            ModelTask.BinaryClassification => $"the probability of “{manifest.Classes[1]}”",
            ModelTask.MulticlassClassification => $"which of {CardWords.Count(manifest.Classes.Count)} classes a row is of",
            _ => manifest.Target is { } target ? $"“{target}”, a number" : "a number",
        };
        return $"Version {facts.Version} of {facts.Model} predicts {what} from {CardWords.Count(inputs, "input")} ({CardWords.Task(manifest.Task)}).";
    }

    public static CardSection Of(CardFacts facts, CardWritten licence, CardWritten contact)
    {
        var manifest = facts.Manifest;
        var pairs = new List<CardPair>
        {
            new("Model", facts.Model), new("Version", facts.Aliases.Count == 0 ? $"{facts.Version}" : $"{facts.Version} ({string.Join(", ", facts.Aliases)})"),
            new("Registered", $"{CardWords.Instant(facts.CreatedAt)}, by {facts.CreatedBy} ({facts.Source})"),
            new("Task", CardWords.Task(manifest.Task)),
        };
        if (manifest.Target is { } target)
            pairs.Add(new("Target", target, IsCode: true));
        if (manifest.Classes.Count > 0)
            pairs.Add(new("Classes", manifest.Task == ModelTask.BinaryClassification ? $"{manifest.Classes[0]} and {manifest.Classes[1]}; the second is the positive one" : CardWords.List(manifest.Classes)));
        if (manifest.Task == ModelTask.BinaryClassification)
            pairs.Add(new("Decision threshold", CardWords.Number(manifest.DecisionThreshold)));
        pairs.Add(new("Algorithm", Algorithm(manifest)));
        pairs.Add(new("Framework", $"{manifest.Framework} {manifest.FrameworkVersion}".TrimEnd()));
        pairs.Add(new("Code version", manifest.CodeVersion, IsCode: true));
        if (facts.Run is { } run)
            pairs.Add(new("Run", $"{run.Name}, experiment {run.Experiment}, {run.Id}"));
        pairs.Add(new("Package", $"SHA-256 {facts.Digest}", IsCode: true));
        pairs.Add(new("Size", $"{CardWords.Bytes(manifest.Files.Sum(file => file.Size))} in {CardWords.Count(manifest.Files.Count, "file")}{ModelSize(manifest)}"));
        pairs.Add(new("Latency", Latency(facts.Service)));

        var blocks = new List<CardBlock>();
        if (facts.Description.Length > 0)
            blocks.Add(new CardText(facts.Description));
        blocks.Add(new CardPairs(pairs));
        blocks.Add(Signature(manifest.Preprocessing));
        blocks.Add(new CardText(Outputs(manifest)));
        blocks.Add(Parameters(facts));
        blocks.Add(licence);
        blocks.Add(contact);
        return new("details", "Model details", blocks);
    }

    private static string Algorithm(ModelManifest manifest) => manifest.Training?.Parameters switch
    {
        null => "an XGBoost model that was trained elsewhere; how is not known",
        { Booster: BoosterKind.RandomForest } parameters => $"random forest of {CardWords.Count(parameters.ParallelTrees, "tree")}",
        { Booster: BoosterKind.Linear } => "linear model",
        var parameters => $"gradient-boosted trees, depth {parameters.MaxDepth}, at most {CardWords.Count(parameters.Rounds, "round")}",
    };

    private static string ModelSize(ModelManifest manifest) =>
        manifest.Files.FirstOrDefault(file => file.Name == manifest.ModelFile) is { } file ? $"; the model itself {CardWords.Bytes(file.Size)}" : "";

    private static string Latency(CardService? service) => service is { P50: { } half, P95: { } most, P99: { } tail }
        ? $"p50 {CardWords.Number(half)} ms, p95 {CardWords.Number(most)} ms, p99 {CardWords.Number(tail)} ms over {CardWords.Count(service.Requests, "request")} from {CardWords.Instant(service.From)}{(service.To is { } to ? $" to {CardWords.Instant(to)}" : " on")}, while it was champion"
        : "not known: it has not answered requests as champion yet";

    private static CardTable Signature(Preprocessing preprocessing)
    {
        var features = preprocessing.Features;
        return new("Inputs", [new("Input"), new("Type"), new("Values"), new("Becomes")],
            [.. preprocessing.Inputs.Select((input, i) => (IReadOnlyList<string>)[input.Name, CardWords.Type(input.Type), CardWords.Domain(input), Becomes(input, [.. features.Where(feature => feature.Input == i)])])],
            "Any input may be missing. A category that training did not know counts as missing to the model.");
    }

    private static string Becomes(FeatureInput input, IReadOnlyList<EncodedFeature> features) => input.Type switch
    {
        InputType.Timestamp when features.Count == 0 => "nothing: none of its parts changed in training",
        InputType.Timestamp => string.Join(", ", features.Select(feature => feature.Name)) + ", in the wall time that was sent",
        InputType.Category => "its code, split as a category",
        InputType.Boolean => "0 or 1",
        _ => "itself",
    };

    private static string Outputs(ModelManifest manifest) => manifest.Task switch
    {
        ModelTask.BinaryClassification => $"Output: the probability of “{manifest.Classes[1]}”, 0 to 1; from {CardWords.Number(manifest.DecisionThreshold)} on the answer is “{manifest.Classes[1]}”, below it “{manifest.Classes[0]}”.",
        ModelTask.MulticlassClassification => "Output: a probability for each class, which together are 1; the answer is the class with the largest.",
        _ => "Output: one number, in the target’s unit.",
    };

    private static CardBlock Parameters(CardFacts facts) => facts.Run is { Parameters.Count: > 0 } run
        ? new CardTable("Training parameters", [new("Parameter"), new("Value")], [.. run.Parameters.Select(parameter => (IReadOnlyList<string>)[parameter.Key, parameter.Value])])
        : new CardGap("Its training parameters are not known: there is no run of it here.");
}
