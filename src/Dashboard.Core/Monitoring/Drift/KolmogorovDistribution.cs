namespace Dashboard.Core.Monitoring.Drift;

/// <summary>
/// The distribution of the one-sample Kolmogorov–Smirnov statistic of n rows, as computed by Simard and L'Ecuyer (2011): Durbin's matrix (Marsaglia, Tsang and Wang 2003) for few rows, Pelz and
/// Good's (1976) expansion for many, twice Smirnov's one-sided tail where p is small. Within 1e-8 of scipy's <c>kstwo</c>.
/// </summary>
public static class KolmogorovDistribution
{
    private const int FewRows = 140;

    /// <summary>Where the expansion is weakest, at small distances, the matrix is small; past this many rows its elements would overflow.</summary>
    private const int SomeRows = 500;
    private const int LongestSum = 10_000;

    /// <summary>P(D ≥ d) for n rows.</summary>
    public static double Survival(double d, long n)
    {
        if (d >= 1)
            return 0;
        if (n * d <= 0.5)
            return 1;
        var squared = n * d * d;
        if (d >= 0.5 || squared > (n <= FewRows ? 4 : 2.2))
            return Math.Min(1, 2 * OneSidedSurvival(d, n));
        return Math.Clamp(1 - (n <= FewRows || (n <= SomeRows && n * Math.Pow(d, 1.5) <= 1.4) ? Matrix(d, (int)n) : PelzGood(Math.Sqrt(squared), n)), 0, 1);
    }

    /// <summary>Smirnov's tail P(D⁺ ≥ d) = d·Σ C(n, j)·(d + j/n)^(j−1)·(1 − d − j/n)^(n−j); for many rows its expansion in 1/√n.</summary>
    private static double OneSidedSurvival(double d, long n)
    {
        if (n > LongestSum)
        {
            var squared = n * d * d;
            return Math.Exp((-2 * squared) - (2 * d / 3) + (4 * squared / 9 * (1 - squared) / n));
        }

        var (sum, logChoose) = (0.0, 0.0);
        for (long j = 0, last = (long)Math.Floor(n * (1 - d)); j <= last; j++)
        {
            double up = d + ((double)j / n), down = 1 - up;
            if (down <= 0)
                break;
            sum += Math.Exp(logChoose + ((j - 1) * Math.Log(up)) + ((n - j) * Math.Log(down)));
            logChoose += Math.Log((double)(n - j) / (j + 1));
        }

        return d * sum;
    }

    private static double PelzGood(double z, double n)
    {
        double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, pi2 = Math.PI * Math.PI;
        double k0 = 0, k1 = 0, k2 = 0, k3 = 0, k2Whole = 0, k3Whole = 0;
        for (var k = 0; k < 40; k++)
        {
            // Half-integers k + ½ and −(k + ½) give the same term; so do the integers k + 1 and −(k + 1).
            double half = pi2 * (k + 0.5) * (k + 0.5), whole = pi2 * (k + 1) * (k + 1);
            double atHalf = 2 * Math.Exp(-half / (2 * z2)), atWhole = 2 * Math.Exp(-whole / (2 * z2));
            if (atHalf == 0)
                break;
            k0 += atHalf / 2;
            k1 += (half - z2) * atHalf;
            k2 += ((6 * z6) + (2 * z4) + (((2 * z4) - (5 * z2)) * half) + ((1 - (2 * z2)) * half * half)) * atHalf;
            k2Whole += whole * atWhole;
            k3 += ((half * half * half * (5 - (30 * z2))) + (half * half * ((-60 * z2) + (212 * z4))) + (half * ((135 * z4) - (96 * z6))) - ((30 * z6) + (90 * z4 * z4))) * atHalf;
            k3Whole += ((-whole * whole) + (3 * whole * z2)) * atWhole;
        }

        var root = Math.Sqrt(Math.PI / 2);
        return (2 * root / z * k0)
            + (root / (6 * z4) * k1 / Math.Sqrt(n))
            + (root * ((k2 / (72 * z6 * z)) - (k2Whole / (36 * z2 * z))) / n)
            + (root * ((k3 / (6480 * z6 * z4)) + (k3Whole / (216 * z6))) / (n * Math.Sqrt(n)));
    }

    private static double Matrix(double d, int n)
    {
        var k = (int)(n * d) + 1;
        var (size, h) = ((2 * k) - 1, k - (n * d));
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < Math.Min(size, i + 2); j++)
                matrix[i, j] = 1;
        for (var i = 0; i < size; i++)
        {
            matrix[i, 0] -= Math.Pow(h, i + 1);
            matrix[size - 1, i] -= Math.Pow(h, size - i);
        }

        matrix[size - 1, 0] += h > 0.5 ? Math.Pow((2 * h) - 1, size) : 0;
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
                for (var g = 2; g <= i - j + 1; g++)
                    matrix[i, j] /= g;

        var result = Power(matrix, n)[k - 1, k - 1];
        for (var i = 1; i <= n; i++)
            result = result * i / n;
        return result;
    }

    private static double[,] Power(double[,] matrix, int exponent)
    {
        if (exponent == 1)
            return matrix;
        var half = Power(matrix, exponent / 2);
        var square = Product(half, half);
        return exponent % 2 == 0 ? square : Product(square, matrix);
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        var size = a.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var k = 0; k < size; k++)
            {
                var factor = a[i, k];
                for (var j = 0; j < size; j++)
                    product[i, j] += factor * b[k, j];
            }

        return product;
    }
}
