using System.Text;
using Dashboard.Core;
using Dashboard.Core.Training;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>A search's result as CSV: what a page shows and every input, newest first. Bounded in rows and in what is looked through, and it says whether it is complete.</summary>
public sealed class PredictionExport(PredictionSearch search)
{
    public const int MostRows = 10_000;

    private const int MostPages = 20;

    /// <summary>Collects at most <see cref="MostRows"/> predictions from at most a million.</summary>
    /// <returns>One long page; its cursor tells that there is more.</returns>
    public async Task<Result<PredictionResults>> CollectAsync(string model, PredictionFilter filter, CancellationToken ct)
    {
        var entries = new List<PredictionEntry>();
        string? cursor = null;
        for (var page = 1; ; page++)
        {
            var found = await search.FindAsync(model, filter, cursor, MostRows - entries.Count, PredictionSearch.MostLookedAt, ct);
            if (!found.IsSuccess)
                return found;
            entries.AddRange(found.Value.Entries);
            cursor = found.Value.Next;
            if (cursor is null || entries.Count == MostRows || page == MostPages)
                return found.Value with { Entries = entries };
        }
    }

    /// <summary>Writes predictions as they were collected.</summary>
    public static async Task WriteAsync(IReadOnlyList<PredictionEntry> entries, Stream csv, CancellationToken ct)
    {
        // Versions may differ: the inputs and classes of all of them, those of the newest prediction first.
        var manifests = entries.Select(entry => entry.Version).Distinct().Select(version => version.Manifest).ToList();
        var inputs = manifests.SelectMany(manifest => manifest.Preprocessing.Inputs).Select(input => input.Name).Distinct(StringComparer.Ordinal).ToList();
        var classes = manifests.Where(manifest => manifest.Task == ModelTask.MulticlassClassification).SelectMany(manifest => manifest.Classes).Distinct(StringComparer.Ordinal).ToList();
        string[] own = ["id", "version", "event_time", "arrived_at", "latency_us", "score", "predicted", "ground_truth", "ground_truth_arrived_at"];

        await using var writer = new StreamWriter(csv, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        var columns = own.Select(name => CsvText.Free(name, inputs)).Concat(classes.Select(name => CsvText.Free("probability_" + name, inputs))).Concat(inputs);
        await writer.WriteLineAsync(string.Join(',', columns.Select(CsvText.Quoted)));
        foreach (var entry in entries)
        {
            ct.ThrowIfCancellationRequested();
            await writer.WriteLineAsync(string.Join(',', Own(entry).Concat(classes.Select(name => Probability(entry, name))).Concat(inputs.Select(name => Input(entry, name)))));
        }

        await writer.FlushAsync(ct);
    }

    private static IEnumerable<string> Own(PredictionEntry entry)
    {
        var classes = entry.Version.Manifest.Classes;
        yield return CsvText.Quoted(entry.Id);
        yield return entry.Version.Number.ToString();
        yield return CsvText.Of(entry.EventTime) + "Z";
        yield return CsvText.Of(entry.ArrivedAt) + "Z";
        yield return entry.LatencyMicroseconds is { } latency ? CsvText.Of(latency) : "";
        yield return CsvText.Of(entry.Score);
        yield return entry.PredictedClass is { } predicted ? CsvText.Quoted(classes[predicted]) : "";
        yield return entry.Truth is not { } truth ? "" : classes.Count == 0 ? CsvText.Of(truth) : CsvText.Quoted(classes[(int)truth]);
        yield return entry.TruthArrivedAt is { } arrived ? CsvText.Of(arrived) + "Z" : "";
    }

    private static string Probability(PredictionEntry entry, string name)
    {
        var at = entry.Version.Manifest.Task == ModelTask.MulticlassClassification ? entry.Version.Manifest.Classes.ToList().IndexOf(name) : -1;
        return at < 0 ? "" : CsvText.Of(entry.Outputs[at]);
    }

    private static string Input(PredictionEntry entry, string name)
    {
        var signature = entry.Version.Manifest.Preprocessing.Inputs;
        for (var i = 0; i < signature.Count; i++)
            if (signature[i].Name == name)
                return CsvText.Of(signature[i], entry.Inputs[i]);
        return "";
    }
}
