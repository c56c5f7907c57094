using System.Globalization;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>
/// Whether a version is worse than the champion by more than a margin, by the paired 95 % interval of the loss on the same rows (a test of non-inferiority: Blackwelder 1982). It passes when the interval leaves out
/// more than the margin; it fails when the loss found is itself above it; in between the rows are too few to tell, which is no pass.
/// </summary>
public static class MarginRule
{
    /// <param name="name">The check's name.</param>
    /// <param name="difference">Of a loss, challenger − champion.</param>
    /// <param name="margin">As a share of the champion's loss.</param>
    /// <param name="where">"on 5,000 held-out rows", for the words.</param>
    public static CheckResult Judge(string name, PairedDifference difference, double margin, string where)
    {
        var info = MetricInfo.For(difference.Metric);
        var allowed = margin * Math.Abs(difference.Champion);
        var found = string.Create(CultureInfo.InvariantCulture,
            $"{info.Name} {info.Format(difference.Challenger)} against {info.Format(difference.Champion)} {where}: {info.FormatDifference(difference.Difference)}, 95 % interval {info.FormatDifference(difference.Lower)} to {info.FormatDifference(difference.Upper)}; the margin is {info.FormatDifference(allowed)} ({margin * 100:0.##} %).");
        CheckFigure[] figures = [new("difference", difference.Difference), new("lower", difference.Lower), new("upper", difference.Upper), new("margin", allowed)];
        return difference.Upper <= allowed ? new(name, CheckVerdict.Passed, found, figures)
            : difference.Difference > allowed ? new(name, CheckVerdict.Failed, found, figures)
            : new(name, CheckVerdict.NotApplicable, $"{found} The rows are too few to leave out that it is worse by more than the margin.", figures);
    }
}
