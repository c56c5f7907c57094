using Dashboard.Core.Monitoring.Estimation;
using Dashboard.Core.Monitoring.Profiles;

namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>
/// Adds up outputs of several versions. Versions of other classes cannot be added: the ones with more rows are shown. What is expected of predictions is asked of the estimator
/// of the version that made them, and then added up.
/// </summary>
internal sealed class OutputMerge
{
    private readonly Dictionary<int, (MonitoredVersion Version, OutputProfile Output, EstimateProfile? Estimates)> versions = [];

    public void Add(in StoredWindow window)
    {
        if (!versions.TryGetValue(window.Version.VersionId, out var known))
            versions[window.Version.VersionId] = known = (window.Version, new(window.Profile.Layout.Output), EstimateProfile.For(window.Profile.Layout.Output));
        known.Output.Add(window.Profile.Output);
        if (window.Profile.Estimates is { } estimates)
            known.Estimates!.Add(estimates);
    }

    /// <summary>What was answered, by the versions that fit together and have most rows; null without any.</summary>
    public OutputProfile? Largest() => Group() is { Count: > 0 } group ? Sum(group.Select(member => member.Output)) : null;

    /// <summary>The performance to expect of the same predictions; null where no version among them has an estimator.</summary>
    public EstimatedMetrics? Estimate(OutputProfile largest) => Expect() is { } expected ? EstimatedMetrics.Of(expected, largest.Rows - largest.Invalid) : null;

    /// <summary>The figures that are alarms, judged by the version with most rows.</summary>
    public IReadOnlyList<string> Alarms(EstimatedMetrics estimate) =>
        Group().MaxBy(member => member.Output.Rows).Version?.Estimator is { } estimator ? estimator.Alarms(estimate) : [];

    private Expectation? Expect()
    {
        Expectation? expected = null;
        foreach (var (version, output, estimates) in Group())
        {
            if (version.Estimator?.Expect(output, estimates) is not { } more)
                continue;
            if (expected is null)
                expected = more;
            else
                expected.Add(more);
        }

        return expected;
    }

    /// <summary>The versions whose outputs can be added, those with most rows together.</summary>
    private List<(MonitoredVersion Version, OutputProfile Output, EstimateProfile? Estimates)> Group()
    {
        var groups = new List<List<(MonitoredVersion Version, OutputProfile Output, EstimateProfile? Estimates)>>();
        foreach (var member in versions.Values)
        {
            if (groups.Find(group => group[0].Output.Layout.CanCombineWith(member.Output.Layout)) is { } fitting)
                fitting.Add(member);
            else
                groups.Add([member]);
        }

        return groups.MaxBy(group => group.Sum(member => member.Output.Rows)) ?? [];
    }

    private static OutputProfile Sum(IEnumerable<OutputProfile> outputs)
    {
        OutputProfile? sum = null;
        var isCopy = false;
        foreach (var output in outputs)
        {
            if (sum is null)
            {
                sum = output;
                continue;
            }

            if (!isCopy)
            {
                var copy = new OutputProfile(sum.Layout);
                copy.Add(sum);
                (sum, isCopy) = (copy, true);
            }

            sum.Add(output);
        }

        return sum!;
    }
}
