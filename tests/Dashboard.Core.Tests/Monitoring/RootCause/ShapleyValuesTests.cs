using System.Numerics;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Core.Tests.Monitoring.RootCause;

public sealed class ShapleyValuesTests
{
    [Fact]
    public void A_game_with_a_known_solution_is_divided_as_it_should()
    {
        // The glove game: players 0 and 1 hold a left glove, player 2 a right one; a pair is worth 1.
        var values = ShapleyValues.Of(3, coalition => [(coalition & 4) != 0 && (coalition & 3) != 0 ? 1 : 0]);

        Assert.True(values.IsExact);
        Assert.Equal(1 / 6.0, values.Values[0][0], 1e-12);
        Assert.Equal(1 / 6.0, values.Values[1][0], 1e-12);
        Assert.Equal(4 / 6.0, values.Values[2][0], 1e-12);
    }

    [Fact]
    public void Every_entry_of_a_vector_is_a_game_of_its_own_and_coalitions_are_asked_for_once()
    {
        var asked = new List<ulong>();
        var values = ShapleyValues.Of(8, coalition =>
        {
            asked.Add(coalition);
            return [BitOperations.PopCount(coalition), BitOperations.PopCount(coalition) * BitOperations.PopCount(coalition)];
        });

        Assert.Equal(256, asked.Count);
        Assert.Equal(256, asked.Distinct().Count());
        Assert.All(values.Values, value => Assert.Equal((1, 8), (Math.Round(value[0], 9), Math.Round(value[1], 9))));
    }

    [Fact]
    public void Many_players_are_estimated_and_together_get_exactly_what_all_are_worth()
    {
        // Weights 1 to 12, and a bonus that players 0 and 11 share once both are in.
        static double[] Worth(ulong coalition) => [Enumerable.Range(0, 12).Sum(player => (coalition >> player & 1) * (player + 1.0)) + ((coalition & 1) != 0 && (coalition >> 11 & 1) != 0 ? 6 : 0)];
        var values = ShapleyValues.Of(12, Worth);

        Assert.False(values.IsExact);
        Assert.Equal(78 + 6, values.Values.Sum(value => value[0]), 1e-9);
        Assert.Equal(2, values.Values[1][0], 1e-9);
        // An order and its reverse divide the bonus evenly.
        Assert.Equal(1 + 3, values.Values[0][0], 1e-9);
        Assert.Equal(values.Values[3][0], ShapleyValues.Of(12, Worth).Values[3][0]);
    }

    [Fact]
    public void No_players_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => ShapleyValues.Of(0, _ => [0]));
}
