using Dashboard.Core.Data.Features;
using Dashboard.Core.Serving;

namespace Dashboard.Core.Tests.Serving;

public sealed class InputTranslationTests
{
    [Fact]
    public void Inputs_go_over_by_name_and_type_categories_by_their_text_and_the_rest_is_missing()
    {
        FeatureInput[] from = [new("origin", InputType.Category, ["LAX", "ORD"]), new("distance", InputType.Number, []), new("late", InputType.Number, []), new("gone", InputType.Number, [])];
        var to = new FeatureEncoder(new([new("distance", InputType.Number, []), new("origin", InputType.Category, ["SFO", "ORD"]), new("late", InputType.Boolean, []), new("speed", InputType.Number, [])]));

        var known = InputTranslation.Translate(from, [InputValue.OfCode(1), InputValue.OfNumber(7), InputValue.OfNumber(1), InputValue.OfNumber(2)], to, out var absent);
        Assert.Equal([InputValue.OfNumber(7), InputValue.OfCode(1), InputValue.Missing, InputValue.Missing], known);
        Assert.Equal(["late", "speed"], absent);

        // LAX is a category that the other does not know; SFO one that only the other knows.
        Assert.Equal(InputValue.OfUnknownCategory("LAX"), InputTranslation.Translate(from, [InputValue.OfCode(0), default, default, default], to, out _)[1]);
        Assert.Equal(InputValue.OfCode(0), InputTranslation.Translate(from, [InputValue.OfUnknownCategory("SFO"), default, default, default], to, out _)[1]);
    }
}
