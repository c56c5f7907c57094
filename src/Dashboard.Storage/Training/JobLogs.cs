using System.Text;

namespace Dashboard.Storage.Training;

/// <summary>What jobs print: jobs/{id}/output.log, bounded, its tail read without reading the rest.</summary>
public sealed class JobLogs(DataDirectory directory)
{
    public const string FileName = "output.log";

    /// <summary>A log stops growing here; a note says so.</summary>
    public const long MaximumBytes = 8 << 20;

    private const int TailBytes = 64 << 10;

    /// <summary>The working folder of a job.</summary>
    public string Folder(string jobId) => Guid.TryParseExact(jobId, "N", out _)
        ? Path.Combine(directory.Jobs, jobId)
        : throw new ArgumentException($"'{jobId}' is not a job's id.", nameof(jobId));

    /// <summary>Opens a job's log to write; a reader sees each line at once.</summary>
    public JobLogWriter Open(string jobId)
    {
        Directory.CreateDirectory(Folder(jobId));
        return new(Path.Combine(Folder(jobId), FileName));
    }

    /// <summary>The last lines of a job's log; empty when there is none.</summary>
    public async Task<IReadOnlyList<string>> TailAsync(string jobId, int lines, CancellationToken ct)
    {
        var path = Path.Combine(Folder(jobId), FileName);
        if (!File.Exists(path))
            return [];
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var skipped = Math.Max(0, file.Length - TailBytes);
        file.Seek(skipped, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var tail = (await reader.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        if (skipped > 0 && tail.Length > 0)
            tail = tail[1..];
        return [.. tail.Length > lines ? tail[^lines..] : tail];
    }
}

/// <summary>Writes one job's log.</summary>
public sealed class JobLogWriter : IDisposable
{
    private readonly Lock writing = new();
    private readonly StreamWriter writer;
    private long left = JobLogs.MaximumBytes;

    internal JobLogWriter(string path) =>
        writer = new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };

    public void Line(string text)
    {
        lock (writing)
        {
            if (left <= 0)
                return;
            left -= Encoding.UTF8.GetByteCount(text) + 1;
            writer.WriteLine(left > 0 ? text : $"(the log ends here: it reached {JobLogs.MaximumBytes >> 20} MB)");
        }
    }

    public void Dispose() => writer.Dispose();
}
