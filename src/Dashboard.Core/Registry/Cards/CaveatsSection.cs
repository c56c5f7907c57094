using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry.Cards;

/// <summary>What people say about its limits, and the limits that follow from the facts.</summary>
internal static class CaveatsSection
{
    public static CardSection Of(CardFacts facts, CardWritten limits) => new("caveats", "Caveats and recommendations", [limits, .. Found(facts).Select(text => new CardText(text))]);

    private static IEnumerable<string> Found(CardFacts facts)
    {
        var inputs = facts.Manifest.Preprocessing.Inputs;
        if (inputs.Any(input => input is { Type: InputType.Number, Minimum: not null, Maximum: not null }))
        {
            yield return "Numbers outside the ranges above were never seen in training" + facts.Manifest.Training?.Parameters.Booster switch
            {
                null => ".",
                BoosterKind.Linear => ": a linear model goes on along its line, however far.",
                _ => ": trees answer them as they answer the nearest value that they know.",
            };
        }

        if (inputs.Any(input => input.Type == InputType.Category))
            yield return "Categories that are not listed above are answered as if the value were missing.";
        if (facts.WhyNoEstimates is { } why)
            yield return $"Its performance is known only once labels arrive. {why}";
        else
            yield return "Before labels arrive its performance is estimated; the estimate holds only as long as the relation between inputs and outcome stays what it was.";
    }
}
