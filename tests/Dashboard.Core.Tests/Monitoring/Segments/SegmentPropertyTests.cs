using Dashboard.Core.Monitoring.Segments;

namespace Dashboard.Core.Tests.Monitoring.Segments;

/// <summary>What must hold of every segment, tried on thousands of random ones.</summary>
public sealed class SegmentPropertyTests
{
    [Fact]
    public void A_segment_means_what_its_words_say_and_its_canonical_text_means_the_same()
    {
        var (within, asked) = (0, 0);
        for (var seed = 0; seed < 3000; seed++)
        {
            var generator = new SegmentGenerator(seed);
            var generated = generator.Segment();
            if (generated.Text.Length > SegmentExpression.MostCharacters)
                continue;
            var parsed = SegmentExpression.Parse(generated.Text);
            Assert.True(parsed.IsSuccess, parsed.Error?.Message);
            var again = SegmentExpression.Parse(parsed.Value.Text).Value;
            Assert.Equal(parsed.Value.Text, again.Text);
            var (first, second) = (parsed.Value.Bind(SegmentGenerator.Inputs).Value, again.Bind(SegmentGenerator.Inputs).Value);
            for (var i = 0; i < 20; i++)
            {
                var row = generator.Row();
                var expected = generated.Holds(row);
                Assert.True(expected == first.Contains(row), $"seed {seed}: {generated.Text}");
                Assert.Equal(expected, second.Contains(row));
                asked++;
                within += expected ? 1 : 0;
            }
        }

        // The generator is worth something only while both answers are common.
        Assert.InRange((double)within / asked, 0.2, 0.8);
    }

    [Fact]
    public void Any_text_parses_or_is_refused_with_a_place_inside_it()
    {
        var random = new Random(7);
        string[] pieces = ["origin", "distance", "=", "!=", "<", "(", ")", ",", "'", "`", "and", "or", "not", "in", "is", "missing", "between", "1", "'x'", " ", "true", "2001-02-03"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)] + (random.Next(2) == 0 ? " " : "")));
            var parsed = SegmentExpression.Parse(text);
            if (parsed.Error is InvalidSegment error)
                Assert.InRange(error.Position, 1, text.Length + 1);
            else
                Assert.Equal(parsed.Value.Text, SegmentExpression.Parse(parsed.Value.Text).Value.Text);
        }
    }
}
