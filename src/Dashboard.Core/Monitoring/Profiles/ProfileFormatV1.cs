using Dashboard.Core.Monitoring.Sketches;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>
/// Windows as they were stored before sketches: counts, and sums as doubles relative to the layout's shift. The sums are taken as they were rounded then and moved exactly;
/// quantiles, different values, unknown categories and slices were not kept and stay empty.
/// </summary>
internal static class ProfileFormatV1
{
    public static WindowProfile Read(ProfileLayout layout, ref ProfileReader reader)
    {
        var profile = new WindowProfile(layout) { FeatureRows = reader.Count() };
        reader.Sparse(profile.Bins);
        reader.Sparse(profile.Missing);
        var features = layout.Features.Count;
        long[] finite = new long[features];
        double[] sums = new double[2 * features];
        float[] minima = new float[features], maxima = new float[features];
        reader.Sparse(finite);
        reader.Doubles(sums);
        reader.Singles(minima);
        reader.Singles(maxima);
        for (var i = 0; i < features; i++)
        {
            if (finite[i] == 0 || layout.Features[i].IsCategorical)
                continue;
            if (!float.IsFinite(minima[i]) || !float.IsFinite(maxima[i]))
                throw new ProfileFormatException("an extreme is not finite");
            var (sum, squares) = Moved(sums[2 * i], sums[(2 * i) + 1], finite[i], layout.Features[i].Shift);
            profile.Restore(i, NumberProfile.Of(finite[i], sum, squares, minima[i], maxima[i]));
        }

        profile.Output.ReadV1(ref reader);
        return reader.AtEnd ? profile : throw new ProfileFormatException("there are bytes behind its end");
    }

    /// <summary>Σ x = Σ (x − s) + n·s and Σ x² = Σ (x − s)² + 2s·Σ (x − s) + n·s², without rounding.</summary>
    public static (ExactSum Sum, ExactSum Squares) Moved(double relative, double relativeSquares, long n, double shift)
    {
        ExactSum sum = new(), squares = new();
        sum.Add(relative);
        sum.AddProduct(n, shift);
        squares.Add(relativeSquares);
        squares.AddProduct(shift, relative);
        squares.AddProduct(shift, relative);
        // s² as two doubles, so that each times n is exact; a count below 2⁵³ is.
        var square = shift * shift;
        if (double.IsFinite(square))
        {
            squares.AddProduct(n, square);
            squares.AddProduct(n, Math.FusedMultiplyAdd(shift, shift, -square));
        }

        return (sum, squares);
    }
}
