namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Draws tenths of the rows, each with its share of both classes: the draws of scikit-learn's StratifiedShuffleSplit(test_size=0.1, random_state=42), which NannyML calibrates by.</summary>
public static class StratifiedHoldOuts
{
    private const uint Seed = 42;

    /// <summary>The rows that are held out, draw by draw.</summary>
    /// <param name="labels">0 or 1 for each row; both occur.</param>
    public static IEnumerable<bool[]> Draw(int[] labels, int draws)
    {
        int[][] rows = [Rows(labels, 0), Rows(labels, 1)];
        int[] counts = [rows[0].Length, rows[1].Length];
        var random = new MersenneTwister(Seed);
        var held = (int)Math.Ceiling(0.1 * labels.Length);
        for (var draw = 0; draw < draws; draw++)
        {
            var kept = Shares(counts, labels.Length - held, random);
            var rest = Shares([counts[0] - kept[0], counts[1] - kept[1]], held, random);
            var isHeld = new bool[labels.Length];
            for (var of = 0; of < 2; of++)
            {
                var order = random.Permutation(counts[of]);
                for (var i = kept[of]; i < kept[of] + rest[of]; i++)
                    isHeld[rows[of][order[i]]] = true;
            }

            // The original shuffles both parts once more; that moves no row across, but the generator on.
            random.Permutation(kept[0] + kept[1]);
            random.Permutation(rest[0] + rest[1]);
            yield return isHeld;
        }
    }

    /// <summary>Divides a number of draws by the classes' sizes; what is left over goes to the largest remainders, by lot between equal ones.</summary>
    private static int[] Shares(int[] counts, int draws, MersenneTwister random)
    {
        double all = counts[0] + counts[1];
        double[] exact = [counts[0] / all * draws, counts[1] / all * draws];
        int[] shares = [(int)Math.Floor(exact[0]), (int)Math.Floor(exact[1])];
        if (draws - shares[0] - shares[1] is not 1)
            return shares;
        double first = exact[0] - shares[0], second = exact[1] - shares[1];
        shares[first == second ? random.Permutation(2)[0] : first > second ? 0 : 1]++;
        return shares;
    }

    private static int[] Rows(int[] labels, int of) => [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] == of)];
}
