using Dashboard.Storage.Experiments;

namespace Dashboard.Web.Components.Pages.Experiments;

/// <summary>The metric curves of one run as a page holds them: the first reading brings all, each later one only what is new.</summary>
public sealed class RunHistory(string runId)
{
    private readonly Dictionary<string, (List<double> Steps, List<double> Values)> curves = new(StringComparer.Ordinal);
    private long last = -1;

    public IEnumerable<string> Keys => curves.Keys;

    public (double[] Steps, double[] Values) this[string key] =>
        curves.TryGetValue(key, out var curve) ? ([.. curve.Steps], [.. curve.Values]) : ([], []);

    /// <summary>Reads the steps after the last one that it has. A step is complete when the next one has begun, so the last is read again.</summary>
    public async Task ReadAsync(RunQueries runs, CancellationToken ct)
    {
        foreach (var history in await runs.HistoryAsync(runId, null, last - 1, ct))
        {
            if (!curves.TryGetValue(history.Key, out var curve))
                curves[history.Key] = curve = ([], []);
            for (var i = 0; i < history.Steps.Count; i++)
            {
                if (curve.Steps.Count > 0 && curve.Steps[^1] >= history.Steps[i])
                    continue;
                curve.Steps.Add(history.Steps[i]);
                curve.Values.Add(history.Values[i]);
                last = Math.Max(last, history.Steps[i]);
            }
        }
    }
}
