using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Cli.Tests.Analysis;

/// <summary>
/// Rows of two numbers a and b and a category place, whose chance of yes is known, and a model that answers as the reference was: what changed, and by how much the loss does, can be computed.
/// </summary>
internal static class ConstructedRows
{
    public static readonly EncodedFeature[] Features = [new("a", 0, false, []), new("b", 1, false, []), new("place", 2, true, ["north", "east", "south", "west"])];

    /// <param name="placeShift">How much more often the place is "west", where the model errs most.</param>
    /// <param name="flip">How far the relation turns round where a is above 0.</param>
    public static ObservedRows Make(int rows, int seed, double placeShift = 0, double flip = 0)
    {
        var random = new Random(seed);
        var (features, outputs, labels) = (new float[rows * 3], new float[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var (a, b) = ((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
            var place = random.NextDouble() < placeShift ? 3 : random.Next(4);
            var chance = Chance(a, b, place);
            var truth = a > 0 ? chance + (flip * (1 - (2 * chance))) : chance;
            (features[row * 3], features[(row * 3) + 1], features[(row * 3) + 2]) = ((float)a, (float)b, place);
            (outputs[row], labels[row]) = ((float)chance, random.NextDouble() < truth ? 1 : 0);
        }

        return new(3, 1, features, outputs, labels, [.. Enumerable.Range(0, rows).Select(row => row * TimeSpan.TicksPerHour)]);
    }

    /// <summary>Rows of days that each have a value of b of their own, by the same law: only rows are alike, and nothing changed.</summary>
    public static ObservedRows Days(int first, int days, int rowsOfDay)
    {
        var random = new Random(first);
        var rows = Make(days * rowsOfDay, first);
        for (var row = 0; row < rows.Count; row++)
        {
            if (row % rowsOfDay == 0)
                rows.Features[(row * 3) + 1] = (float)random.NextDouble();
            else
                rows.Features[(row * 3) + 1] = rows.Features[((row - 1) * 3) + 1];
            rows.Times[row] = (first + (row / rowsOfDay)) * TimeSpan.TicksPerDay;
        }

        return rows;
    }

    /// <summary>In the west the outcome is a coin's, elsewhere it is nearly sure.</summary>
    private static double Chance(double a, double b, int place) => place == 3 ? 0.5 : 1 / (1 + Math.Exp(-6 * ((0.7 * a) + (0.3 * b))));
}
