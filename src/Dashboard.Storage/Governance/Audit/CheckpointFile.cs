using System.Text;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>Checkpoints, one line each, in a file that is only appended to: in a folder of its own choosing, best where whoever writes the database cannot.</summary>
public sealed class CheckpointFile(string folder)
{
    /// <summary>More than one line ever has.</summary>
    private const int TailBytes = 1 << 18;

    public string Name { get; } = Path.Combine(folder, "checkpoints.ndjson");

    /// <summary>Its lines in order; none when there is no file yet.</summary>
    public IEnumerable<string> Lines()
    {
        if (!File.Exists(Name))
            yield break;
        using var reader = new StreamReader(new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>The last checkpoint that was written whole, whatever the file's size.</summary>
    internal Checkpoint? Last()
    {
        if (!File.Exists(Name))
            return null;
        using var file = new FileStream(Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n').Reverse().Select(Parse).FirstOrDefault(checkpoint => checkpoint is not null);
    }

    /// <summary>Appends a line; it is on the disk when this returns.</summary>
    internal void Append(Checkpoint checkpoint)
    {
        Directory.CreateDirectory(folder);
        using var file = new FileStream(Name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length > 0)
        {
            // What a crash cut short is ended, not taken away: the file is only appended to.
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
                file.Write("\n"u8);
        }

        file.Write(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(checkpoint) + "\n"));
        file.Flush(flushToDisk: true);
    }

    private static Checkpoint? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : CanonicalJson.Deserialize<Checkpoint>(line);
        }
        catch (JsonException)
        {
            // The beginning of the tail, or what a crash cut short.
            return null;
        }
    }
}
