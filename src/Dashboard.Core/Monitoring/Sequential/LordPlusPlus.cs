namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>All that <see cref="LordPlusPlus"/> remembers.</summary>
/// <param name="Tests">How many tests there were.</param>
/// <param name="Rejections">The numbers (from 1) of the newest tests that rejected, ascending; at most <see cref="LordPlusPlus.RememberedRejections"/>.</param>
/// <param name="First">The number of the first test that rejected; null before one has.</param>
public sealed record LordState(double Level, double Wealth, long Tests, IReadOnlyList<long> Rejections, long? First);

/// <summary>One test along time.</summary>
/// <param name="Level">αₜ: what p was compared with.</param>
public readonly record struct LordDecision(double Level, bool Reject);

/// <summary>
/// LORD++: tests that come one after another, without an end, at levels αₜ = γₜ·w₀ + (α − w₀)·γ_{t−τ₁} + α·Σ_{j≥2} γ_{t−τⱼ}, where τⱼ are the times of past rejections
/// (Ramdas, Yang, Wainwright and Jordan 2017, after Javanmard and Montanari 2018). γⱼ = 0.07720838·ln(max(j, 2))/(j·e^√ln j). A rejection earns level back, so that a real change is followed
/// closely and long calm costs little.
/// <para>What it promises: at any time the false discovery rate among all rejections so far is at most α, for p-values that are valid and independent given the past (each null's p-value is
/// super-uniform whatever came before). With dependent tests it promises less; there, e-values and <see cref="MultipleTesting.EBenjaminiHochberg"/> hold.</para>
/// </summary>
public sealed class LordPlusPlus
{
    /// <summary>Older rejections than this many are forgotten. Their terms only ever raise αₜ, so leaving them out keeps the promise and bounds the state.</summary>
    public const int RememberedRejections = 1024;

    private const double Constant = 0.07720838;

    private readonly double level;
    private readonly double wealth;
    private readonly Queue<long> rejections;
    private long tests;
    private long? first;

    /// <param name="level">α, the false discovery rate promised, in (0, 1).</param>
    /// <param name="wealth">w₀, in (0, α); null: α/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">Either is out of range.</exception>
    public LordPlusPlus(double level, double? wealth = null)
        : this(new LordState(level, wealth ?? level / 2, 0, [], null))
    {
    }

    /// <summary>Goes on where a state was taken.</summary>
    public LordPlusPlus(LordState state)
    {
        if (state.Level is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(state), state.Level, "A level lies between 0 and 1.");
        if (!(state.Wealth > 0 && state.Wealth < state.Level))
            throw new ArgumentOutOfRangeException(nameof(state), state.Wealth, $"The first wealth lies between 0 and the level, {state.Level}.");
        (level, wealth, tests, first) = (state.Level, state.Wealth, state.Tests, state.First);
        rejections = new(state.Rejections);
    }

    public LordState State => new(level, wealth, tests, [.. rejections], first);

    /// <summary>αₜ of the next test.</summary>
    public double NextLevel
    {
        get
        {
            var t = tests + 1;
            var next = wealth * Gamma(t);
            foreach (var rejection in rejections)
                next += (rejection == first ? level - wealth : level) * Gamma(t - rejection);
            return next;
        }
    }

    /// <summary>Makes the next test.</summary>
    /// <param name="pValue">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The p-value is out of range or NaN: a test that could not be made must be left out.</exception>
    public LordDecision Test(double pValue)
    {
        if (pValue is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(pValue), pValue, "A p-value is from 0 to 1.");
        var decision = new LordDecision(NextLevel, pValue <= NextLevel);
        tests++;
        if (!decision.Reject)
            return decision;
        first ??= tests;
        rejections.Enqueue(tests);
        if (rejections.Count > RememberedRejections)
            rejections.Dequeue();
        return decision;
    }

    /// <summary>A whole sequence at once, from the beginning.</summary>
    /// <inheritdoc cref="LordPlusPlus(double, double?)"/>
    /// <param name="pValues">In the order of time.</param>
    public static LordDecision[] Decide(IEnumerable<double> pValues, double level, double? wealth = null)
    {
        var lord = new LordPlusPlus(level, wealth);
        return [.. pValues.Select(lord.Test)];
    }

    private static double Gamma(long j) => Constant * Math.Log(Math.Max(j, 2)) / (j * Math.Exp(Math.Sqrt(Math.Log(j))));
}
