namespace Dashboard.Core.Deployments.Counting;

/// <summary>A sum that remembers what rounding took from it (Neumaier 1974): after a thousand million equal numbers Σx² is still no smaller than (Σx)²/n by more than one rounding.</summary>
internal struct CompensatedSum(double start)
{
    private double sum = start;
    private double lost;

    public readonly double Value => sum + lost;

    public void Add(double number)
    {
        var next = sum + number;
        lost += Math.Abs(sum) >= Math.Abs(number) ? sum - next + number : number - next + sum;
        sum = next;
    }
}

/// <summary>Count, Σx and Σx² of one metric of one version.</summary>
internal struct MeanSums(long count, double sum, double squares)
{
    private CompensatedSum sum = new(sum);
    private CompensatedSum squares = new(squares);

    public long Count { get; private set; } = count;

    public readonly double Sum => sum.Value;

    public readonly double Squares => squares.Value;

    public void Add(double number)
    {
        Count++;
        sum.Add(number);
        squares.Add(number * number);
    }

    /// <summary>Takes one number back and puts another in its place.</summary>
    public void Replace(double before, double after)
    {
        sum.Add(-before);
        sum.Add(after);
        squares.Add(-before * before);
        squares.Add(after * after);
    }

    public void Add(in MeanSums other)
    {
        Count += other.Count;
        sum.Add(other.Sum);
        squares.Add(other.Squares);
    }
}
