namespace Dashboard.Core.Monitoring.Estimation;

/// <summary>Divides rows into folds that each have their share of every class; the same for the same rows.</summary>
public static class StratifiedFolds
{
    private const int Seed = 42;

    /// <summary>The fold of each row.</summary>
    /// <param name="labels">A class for each row; all of one class divides at random.</param>
    public static int[] Of(ReadOnlySpan<int> labels, int folds)
    {
        var order = new int[labels.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        new Random(Seed).Shuffle(order);
        var fold = new int[labels.Length];
        var seen = new Dictionary<int, int>();
        foreach (var row in order)
        {
            var count = seen.GetValueOrDefault(labels[row]);
            fold[row] = count % folds;
            seen[labels[row]] = count + 1;
        }

        return fold;
    }
}
