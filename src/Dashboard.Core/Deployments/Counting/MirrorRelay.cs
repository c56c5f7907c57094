namespace Dashboard.Core.Deployments.Counting;

/// <summary>What both versions answered to a copied row; see <see cref="AnswerTally.Answered"/>.</summary>
/// <param name="Row">The hash of its prediction's id.</param>
public readonly record struct MirroredRow(ulong Row, float Champion, float Challenger);

/// <summary>Copied rows that are to be compared with their truth elsewhere.</summary>
/// <param name="Expected">Copied, and not answered yet.</param>
/// <param name="Answered">Finite answers of both versions.</param>
/// <param name="Forgotten">Expected earlier, and there will be no answers.</param>
public sealed record MirroredRows(IReadOnlyList<ulong> Expected, IReadOnlyList<MirroredRow> Answered, IReadOnlyList<ulong> Forgotten)
{
    public static MirroredRows None { get; } = new([], [], []);

    public bool IsEmpty => Expected.Count == 0 && Answered.Count == 0 && Forgotten.Count == 0;

    /// <summary>What is wrong with rows that came from elsewhere; null when nothing is.</summary>
    public Error? Check(string field)
    {
        if (Expected is null || Answered is null || Forgotten is null)
            return InvalidValue.Of(field, null, "lists of expected, answered and forgotten rows");
        foreach (var (name, count) in (ReadOnlySpan<(string, int)>)[("expected", Expected.Count), ("answered", Answered.Count), ("forgotten", Forgotten.Count)])
            if (count > MirrorRelay.Most)
                return InvalidValue.Of($"{field}.{name}", $"{count} rows", $"at most {MirrorRelay.Most}");
        for (var i = 0; i < Answered.Count; i++)
            if (!float.IsFinite(Answered[i].Champion) || !float.IsFinite(Answered[i].Challenger))
                return InvalidValue.Of($"{field}.answered[{i}]", $"{Answered[i].Champion}, {Answered[i].Challenger}", "two finite numbers");
        return null;
    }
}

/// <summary>
/// Copied rows of a node on their way to where their truth will come: in the order in which a taker must learn of them, so that a row is expected there before anybody can know its prediction. Bounded by
/// <see cref="Most"/> rows of a kind; what comes while so many wait, since nobody takes them, is not compared. Not for several threads at once.
/// </summary>
internal sealed class MirrorRelay
{
    public const int Most = 50_000;

    private HashSet<ulong> expected = [];
    private List<MirroredRow> answered = [];
    private List<ulong> forgotten = [];

    public void Expect(ulong row)
    {
        if (expected.Count < Most)
            expected.Add(row);
    }

    public void Answered(MirroredRow row)
    {
        expected.Remove(row.Row);
        if (answered.Count < Most)
            answered.Add(row);
    }

    public void Forget(ulong row)
    {
        // Whoever was not told of it need not be told again.
        if (!expected.Remove(row) && forgotten.Count < Most)
            forgotten.Add(row);
    }

    /// <summary>What came since the last call.</summary>
    public MirroredRows Take()
    {
        if (expected.Count == 0 && answered.Count == 0 && forgotten.Count == 0)
            return MirroredRows.None;
        var taken = new MirroredRows([.. expected], answered, forgotten);
        (expected, answered, forgotten) = ([], [], []);
        return taken;
    }
}
