using System.Globalization;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Serving.Nodes;

namespace Dashboard.Web.Nodes;

/// <summary>
/// Reports that the control room has not taken, on the node's disk: the oldest goes first, and a restart or a kill of the node loses none. Bounded by <see cref="MostBytes"/>. They hold what callers asked and are for the
/// host's own user. For one thread, but for <see cref="Predictions"/>.
/// </summary>
internal sealed class ReportSpool
{
    /// <summary>1 GiB: some three million predictions of ten inputs.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>What a small file takes on a disk all the same.</summary>
    private const long LeastBytes = 4096;

    private readonly string folder;
    private readonly long mostBytes;
    private readonly SortedDictionary<string, Kept> files = new(StringComparer.Ordinal);
    private string? oldest;
    private long bytes;
    private long predictions;

    public ReportSpool(DataDirectory directory, long mostBytes = MostBytes)
    {
        (folder, this.mostBytes) = (Path.Combine(directory.Root, "node-reports"), mostBytes);
        Directory.CreateDirectory(folder);
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.json"))
            Add(file.Name, new(file.Length, CountIn(file.Name)));
    }

    public bool IsEmpty => files.Count == 0;

    /// <summary>How many predictions wait here.</summary>
    public long Predictions => Interlocked.Read(ref predictions);

    /// <summary>Keeps a report behind what is here of earlier starts and smaller numbers.</summary>
    /// <param name="startedAt">When the node was started that made it.</param>
    /// <returns>Why it is not kept; null: it is on disk.</returns>
    public Error? Keep(NodeReport report, DateTimeOffset startedAt)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{startedAt.UtcTicks:D19}-{report.Sequence:D12}-{report.Predictions.Count}.json");
        if (files.ContainsKey(name))
            return null;
        if (bytes >= mostBytes)
            return new SpoolFault($"{bytes >> 20} MiB wait in {folder} already, and no more are kept");
        try
        {
            var path = Path.Combine(folder, name);
            SecretFile.Write(path, CanonicalJson.Serialize(report), SecretFile.OwnerOnly, overwrite: true);
            Add(name, new(new FileInfo(path).Length, report.Predictions.Count));
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new SpoolFault(fault.Message);
        }
    }

    /// <summary>The oldest report; null: there is none. One that cannot be read any more is an error, and gone.</summary>
    public Result<NodeReport?> Oldest()
    {
        if (IsEmpty)
            return (NodeReport?)null;
        var (name, kept) = files.First();
        oldest = name;
        try
        {
            return CanonicalJson.Deserialize<NodeReport>(File.ReadAllBytes(Path.Combine(folder, name)));
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return new SpoolFault($"{name} with {kept.Predictions} predictions: {fault.Message}{(RemoveOldest() is { } stays ? $" {stays.Message}" : "")}") { Predictions = kept.Predictions };
        }
    }

    /// <summary>What <see cref="Oldest"/> gave has been taken, or cannot be.</summary>
    /// <returns>Why its file is still there; null: it is gone.</returns>
    public Error? RemoveOldest()
    {
        if (oldest is not { } name || !files.Remove(name, out var kept))
            return null;
        bytes -= Math.Max(kept.Bytes, LeastBytes);
        Interlocked.Add(ref predictions, -kept.Predictions);
        try
        {
            File.Delete(Path.Combine(folder, name));
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new SpoolFault(fault.Message);
        }
    }

    private void Add(string name, Kept kept)
    {
        files.Add(name, kept);
        bytes += Math.Max(kept.Bytes, LeastBytes);
        Interlocked.Add(ref predictions, kept.Predictions);
    }

    private static int CountIn(string name) => int.TryParse(Path.GetFileNameWithoutExtension(name).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private readonly record struct Kept(long Bytes, int Predictions);
}

/// <summary>A report is not on disk.</summary>
internal sealed record SpoolFault(string Reason) : Error(ErrorKind.Unavailable, Reason)
{
    /// <summary>How many went with it.</summary>
    public int Predictions { get; init; }
}
