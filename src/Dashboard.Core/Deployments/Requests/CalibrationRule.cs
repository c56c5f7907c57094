using System.Globalization;
using Dashboard.Core.Training;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>
/// Whether what a version predicts is what happens. For classes: the expected calibration error of the predicted class's (for two classes the positive one's) probability, with Spiegelhalter's Z (Spiegelhalter 1986) to tell
/// a real one from chance: Z = Σ(y − p)(1 − 2p) / √Σ(1 − 2p)²p(1 − p). For numbers: the mean error in standard deviations of the outcome, with its normal 95 % interval.
/// </summary>
public static class CalibrationRule
{
    /// <summary>The largest calibration error, or mean error as a share of the outcome's standard deviation, that passes.</summary>
    public const double Tolerance = 0.05;

    public const int FewestRows = 200;

    private const double Normal975 = 1.959963984540054;

    /// <param name="outputs">rows × outputs.</param>
    /// <param name="labels">All known.</param>
    public static CheckResult Judge(ModelTask task, int classes, double[] outputs, double[] labels)
    {
        if (labels.Length < FewestRows)
            return CheckResult.NotApplicable(CheckNames.Calibration, string.Create(CultureInfo.InvariantCulture, $"{labels.Length:N0} held-out rows with a known outcome come with the package; {FewestRows} are needed."));
        if (task == ModelTask.Regression)
            return OfNumbers(outputs, labels);
        var (probabilities, happened) = task == ModelTask.BinaryClassification ? (outputs, Array.ConvertAll(labels, label => label == 1)) : Predicted(classes, outputs, labels);
        return OfEvents(probabilities, happened);
    }

    /// <summary>Spiegelhalter's Z; standard normal where probabilities are right. NaN where every p is 0, ½ or 1.</summary>
    public static double SpiegelhalterZ(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> happened)
    {
        var (sum, variance) = (0.0, 0.0);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var p = probabilities[i];
            sum += ((happened[i] ? 1 : 0) - p) * (1 - (2 * p));
            variance += (1 - (2 * p)) * (1 - (2 * p)) * p * (1 - p);
        }

        return variance > 0 ? sum / Math.Sqrt(variance) : double.NaN;
    }

    private static CheckResult OfEvents(double[] probabilities, bool[] happened)
    {
        var calibration = new Calibration();
        for (var i = 0; i < happened.Length; i++)
            calibration.Add(probabilities[i], happened[i]);
        var (error, z) = (calibration.ExpectedError!.Value, SpiegelhalterZ(probabilities, happened));
        var words = string.Create(CultureInfo.InvariantCulture, $"Calibration error {error:0.0000} on {happened.Length:N0} held-out rows (at most {Tolerance}); Spiegelhalter’s Z {z:0.00;−0.00}.");
        CheckFigure[] figures = double.IsFinite(z) ? [new("ece", error), new("z", z)] : [new("ece", error)];
        return error <= Tolerance ? new(CheckNames.Calibration, CheckVerdict.Passed, words, figures)
            : Math.Abs(z) > Normal975 ? new(CheckNames.Calibration, CheckVerdict.Failed, words, figures)
            : new(CheckNames.Calibration, CheckVerdict.NotApplicable, $"{words} That much may be chance.", figures);
    }

    private static CheckResult OfNumbers(double[] outputs, double[] labels)
    {
        var n = labels.Length;
        double[] errors = [.. outputs.Zip(labels, (output, label) => output - label)];
        var (bias, spread) = (errors.Average(), Deviation(labels));
        if (!(spread > 0))
            return CheckResult.NotApplicable(CheckNames.Calibration, "The outcome is the same in every held-out row.");
        var (share, reach) = (bias / spread, Normal975 * Deviation(errors) / Math.Sqrt(n) / spread);
        var words = string.Create(CultureInfo.InvariantCulture,
            $"Mean error {share:+0.000;−0.000;0.000} of the outcome’s standard deviation on {n:N0} held-out rows, 95 % interval {share - reach:+0.000;−0.000;0.000} to {share + reach:+0.000;−0.000;0.000} (at most {Tolerance}).");
        CheckFigure[] figures = [new("meanError", bias), new("share", share)];
        return Math.Abs(share) <= Tolerance ? new(CheckNames.Calibration, CheckVerdict.Passed, words, figures)
            : Math.Abs(share) > reach ? new(CheckNames.Calibration, CheckVerdict.Failed, words, figures)
            : new(CheckNames.Calibration, CheckVerdict.NotApplicable, $"{words} That much may be chance.", figures);
    }

    private static (double[] Probabilities, bool[] Happened) Predicted(int classes, double[] outputs, double[] labels)
    {
        var (probabilities, happened) = (new double[labels.Length], new bool[labels.Length]);
        for (var row = 0; row < labels.Length; row++)
        {
            var best = 0;
            for (var k = 1; k < classes; k++)
                if (outputs[(row * classes) + k] > outputs[(row * classes) + best])
                    best = k;
            (probabilities[row], happened[row]) = (outputs[(row * classes) + best], (int)labels[row] == best);
        }

        return (probabilities, happened);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
