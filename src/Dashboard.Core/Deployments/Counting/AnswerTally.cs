using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Core.Deployments.Counting;

/// <summary>
/// What versions answered, row by row, until the truth comes: to the copies of a shadow stage both, which then lose by the same label; to a request that is in no log the one that was asked. A corrected label corrects what
/// was counted. For any number of threads.
/// <para>Memory is bounded by <see cref="ThinnedRows.Most"/> rows, some 15 MB. What that costs: of a stage with more such rows only a share is compared with the truth, a half above that number, a quarter
/// above twice of it; which rows is chosen by a hash of their ids, so the share is fair, and late labels find as many rows as early ones. Nothing of it outlives the process: truth of what was answered before a restart
/// of the host changes nothing, while the losses that a look had stored by then stay.</para>
/// </summary>
public sealed class AnswerTally
{
    private static readonly Arm[] Arms = [Arm.Champion, Arm.Challenger];

    private readonly SplitTally tally;
    private readonly ThinnedRows<Row> rows = new();
    private readonly Lock guard = new();
    private MirrorRelay? relay;

    internal AnswerTally(SplitTally tally) => this.tally = tally;

    /// <summary>A row was copied. Truth may come before the answers do, so this comes before anybody can know of the row.</summary>
    /// <param name="row">The hash of its prediction's id.</param>
    public void Expect(ulong row)
    {
        lock (guard)
        {
            if (relay is not null)
                relay.Expect(row);
            else
                rows.Add(row, new(float.NaN, float.NaN, double.NaN));
        }
    }

    /// <summary>A copied row got no answer from one of the versions: what cannot be compared is counted for neither.</summary>
    public void Forget(ulong row)
    {
        lock (guard)
        {
            if (relay is not null)
                relay.Forget(row);
            else
                rows.Remove(row);
        }
    }

    /// <summary>Both versions answered a copied row. An answer that is no finite number is as good as none.</summary>
    /// <param name="champion">The number, or the place of the decided class among the champion's; −1 for a class that it does not know.</param>
    /// <param name="challenger">The same of the challenger, among the champion's classes, too.</param>
    /// <param name="isClass">The answers are classes: the loss is 0 or 1, and otherwise the distance.</param>
    public void Answered(ulong row, float champion, float challenger, bool isClass)
    {
        lock (guard)
        {
            if (relay is not null)
            {
                if (float.IsFinite(champion) && float.IsFinite(challenger))
                    relay.Answered(new(row, champion, challenger));
                else
                    relay.Forget(row);
                return;
            }

            if (!rows.TryGet(row, out var known) || known.IsAnswered)
                return;
            if (!float.IsFinite(champion) || !float.IsFinite(challenger))
            {
                rows.Remove(row);
                return;
            }

            rows.Replace(row, known = known with { Champion = champion, Challenger = challenger });
            if (!double.IsNaN(known.Label))
                Count(known, isClass);
        }
    }

    /// <summary>One version answered a row that is in no log. An answer that is no finite number is as good as none.</summary>
    /// <param name="answer">See <see cref="Answered"/>.</param>
    public void AnsweredBy(ulong row, Arm arm, float answer)
    {
        if (!float.IsFinite(answer))
            return;
        lock (guard)
            rows.Add(row, arm == Arm.Challenger ? new(float.NaN, answer, double.NaN) : new(answer, float.NaN, double.NaN));
    }

    /// <summary>The truth of a row has become known, or is another than it was.</summary>
    /// <param name="label">The number, or the class's place among the champion's.</param>
    /// <returns>Whether the row is remembered.</returns>
    public bool Labelled(ulong row, double label, bool isClass)
    {
        lock (guard)
        {
            if (!double.IsFinite(label) || !rows.TryGet(row, out var known))
                return false;
            var corrected = known with { Label = label };
            rows.Replace(row, corrected);
            if (double.IsNaN(known.Label))
                Count(corrected, isClass);
            else
                foreach (var arm in Arms)
                    if (known.IsAnsweredBy(arm))
                        tally.Correct(arm, known.Loss(arm, isClass), corrected.Loss(arm, isClass));
            return true;
        }
    }

    /// <summary>From now on rows are passed on by <see cref="Take"/> to where their truth comes, and not kept here.</summary>
    internal void PassOn()
    {
        lock (guard)
            relay = new();
    }

    /// <summary>What is to be compared elsewhere, since the last call.</summary>
    internal MirroredRows Take()
    {
        lock (guard)
            return relay?.Take() ?? MirroredRows.None;
    }

    /// <summary>Takes in what was copied elsewhere.</summary>
    internal void Add(MirroredRows mirrored, bool isClass)
    {
        foreach (var row in mirrored.Expected)
            Expect(row);
        foreach (var (row, champion, challenger) in mirrored.Answered)
        {
            Expect(row);
            Answered(row, champion, challenger, isClass);
        }

        foreach (var row in mirrored.Forgotten)
            Forget(row);
    }

    private void Count(in Row row, bool isClass)
    {
        foreach (var arm in Arms)
            if (row.IsAnsweredBy(arm))
                tally.Realise(arm, row.Loss(arm, isClass));
    }

    /// <summary>NaN: not known yet.</summary>
    private readonly record struct Row(float Champion, float Challenger, double Label)
    {
        public bool IsAnswered => IsAnsweredBy(Arm.Champion) || IsAnsweredBy(Arm.Challenger);

        public bool IsAnsweredBy(Arm arm) => !float.IsNaN(Of(arm));

        public double Loss(Arm arm, bool isClass) => isClass ? (Of(arm) == Label ? 0 : 1) : Math.Abs(Of(arm) - Label);

        private float Of(Arm arm) => arm == Arm.Challenger ? Challenger : Champion;
    }
}
