using MathNet.Numerics.LinearAlgebra;

namespace Dashboard.Core.Monitoring.Multivariate;

/// <summary>
/// How well rows fit the joint distribution of the reference: they are projected on the principal components of the reference and back, and the distance that is lost is the error. It grows
/// when columns no longer move together as they did, even where each column alone looks the same (NannyML's data reconstruction, whose definitions these are).
/// </summary>
public sealed class PrincipalReconstruction
{
    /// <summary>NannyML's share of the variance that the components explain.</summary>
    public const double DefaultExplained = 0.65;

    private readonly EncodedColumns columns;
    private readonly Matrix<double> axes;

    private PrincipalReconstruction(EncodedColumns columns, Matrix<double> axes, double explained) => (this.columns, this.axes, Explained) = (columns, axes, explained);

    /// <summary>How many components were kept.</summary>
    public int Components => axes.ColumnCount;

    /// <summary>The share of the reference's variance that they explain, in [0, 1].</summary>
    public double Explained { get; }

    /// <summary>Learns the components from reference rows.</summary>
    /// <param name="features">rows × columns, NaN is missing.</param>
    /// <param name="rows">Which rows are the reference; two or more.</param>
    /// <param name="categorical">For each column whether its numbers are codes.</param>
    /// <param name="explained">The first components that together explain more than this share are kept; in (0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer than two rows or no columns, or the share is out of range.</exception>
    public static PrincipalReconstruction Fit(float[] features, IReadOnlyList<int> rows, IReadOnlyList<bool> categorical, double explained = DefaultExplained)
    {
        if (rows.Count < 2 || categorical.Count == 0)
            throw new ArgumentException($"{rows.Count} rows of {categorical.Count} columns have no components; expected two rows or more.", nameof(rows));
        if (explained is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(explained), explained, "The explained share lies between 0 and 1.");
        var numbers = new EncodedColumns(features, rows, categorical);
        var width = numbers.Width;
        // Standardised numbers have mean 0, so the products are the covariance already.
        var covariance = Matrix<double>.Build.Dense(width, width);
        var encoded = new double[width];
        foreach (var row in rows)
        {
            numbers.Encode(features.AsSpan(row * width, width), encoded);
            for (var i = 0; i < width; i++)
                for (var j = i; j < width; j++)
                    covariance[i, j] += encoded[i] * encoded[j] / (rows.Count - 1);
        }

        for (var i = 0; i < width; i++)
            for (var j = 0; j < i; j++)
                covariance[i, j] = covariance[j, i];
        var decomposed = covariance.Evd(Symmetricity.Symmetric);
        // Eigenvalues come ascending.
        var variances = decomposed.EigenValues.Select(value => Math.Max(0, value.Real)).Reverse().ToArray();
        var (total, sum, kept) = (variances.Sum(), 0.0, 0);
        do
            sum += variances[kept++];
        while (kept < width && sum <= explained * total);
        var directions = Matrix<double>.Build.Dense(width, kept, (i, k) => decomposed.EigenVectors[i, width - 1 - k]);
        return new(numbers, directions, total > 0 ? sum / total : 1);
    }

    /// <summary>The Euclidean distance between each row and its reconstruction, in standard deviations.</summary>
    /// <param name="features">rows × columns.</param>
    /// <param name="rows">Which rows.</param>
    public double[] Errors(float[] features, IReadOnlyList<int> rows)
    {
        var errors = new double[rows.Count];
        var encoded = new double[columns.Width];
        for (var i = 0; i < errors.Length; i++)
        {
            columns.Encode(features.AsSpan(rows[i] * columns.Width, columns.Width), encoded);
            errors[i] = Error(encoded);
        }

        return errors;
    }

    private double Error(double[] row)
    {
        // The axes are orthonormal: what is lost is what the projections leave.
        var left = row.ToArray();
        for (var k = 0; k < axes.ColumnCount; k++)
        {
            var projection = 0.0;
            for (var i = 0; i < row.Length; i++)
                projection += row[i] * axes[i, k];
            for (var i = 0; i < row.Length; i++)
                left[i] -= projection * axes[i, k];
        }

        return Math.Sqrt(left.Sum(value => value * value));
    }
}
