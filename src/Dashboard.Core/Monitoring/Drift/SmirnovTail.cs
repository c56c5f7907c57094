namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// The upper tail of a quadratic form Σ λⱼ·Zⱼ² of standard normal variables with distinct λ₁ &gt; λ₂ &gt; …, to which Cramér–von Mises and Anderson–Darling statistics tend. Smirnov's formula (1937):
/// P(Q &gt; x) = (1/π)·Σₖ (−1)ᵏ⁺¹ ∫ e^(−xu/2) / (u·√|D(u)|) du over [1/λ₂ₖ₋₁, 1/λ₂ₖ], where D(u) = Πⱼ (1 − u·λⱼ). All terms of a far tail are small themselves,
/// so that 1e-100 is as exact as 0.1.
/// </summary>
public static class SmirnovTail
{
    private const int FewestPoints = 64;
    private const double Negligible = 1e-18;

    /// <summary>The limit of Cramér and von Mises's ω²: λⱼ = 1/(jπ)², D(u) = sin(√u)/√u.</summary>
    public static double CramerVonMises(double x) => Survival(x, 0.003, j => j * Math.PI * j * Math.PI, u => Math.Sin(Math.Sqrt(u)) / Math.Sqrt(u));

    /// <summary>The limit of Anderson and Darling's A²: λⱼ = 1/(j(j + 1)), D(u) = −cos(½π·√(1 + 4u))/(πu).</summary>
    public static double AndersonDarling(double x) => Survival(x, 0.04, j => j * (j + 1.0), u => Math.Cos(Math.PI / 2 * Math.Sqrt(1 + (4 * u))) / (Math.PI * u));

    /// <param name="smallest">Below it the tail is 1 to the last bit, and the series converges slowly.</param>
    /// <param name="pole">1/λⱼ, from j = 1.</param>
    /// <param name="determinant">D(u) up to its sign.</param>
    private static double Survival(double x, double smallest, Func<int, double> pole, Func<double, double> determinant)
    {
        if (x <= smallest)
            return 1;
        var sum = 0.0;
        for (var k = 1; ; k++)
        {
            var term = Integral(x, pole((2 * k) - 1), pole(2 * k), determinant);
            sum += k % 2 == 1 ? term : -term;
            if (term <= Negligible * Math.Max(sum, double.Epsilon) || term == 0)
                return Math.Clamp(sum / Math.PI, 0, 1);
        }
    }

    /// <summary>The integrand has a pole of order ½ at each end; with u = middle − half·cos θ it becomes smooth and periodic, where the midpoint rule converges exponentially.</summary>
    private static double Integral(double x, double low, double high, Func<double, double> determinant)
    {
        double middle = (low + high) / 2, half = (high - low) / 2, sum = 0;
        var points = FewestPoints + (int)(16 * Math.Sqrt(Math.Min(x * half, 1e6)));
        for (var i = 0; i < points; i++)
        {
            var angle = Math.PI * (i + 0.5) / points;
            var u = middle - (half * Math.Cos(angle));
            var decay = Math.Exp(-x * u / 2);
            if (decay == 0)
                break;
            sum += decay * half * Math.Sin(angle) / (u * Math.Sqrt(Math.Abs(determinant(u))));
        }

        return sum * Math.PI / points;
    }
}
