using System.Runtime.InteropServices;
using Dashboard.Core;
using Dashboard.Core.Monitoring.RootCause;

namespace Dashboard.Cli.Analysis;

/// <summary>Rows in a file between the host and its worker: a version byte and four sizes, then features, outputs, labels and times as they lie in memory. It never leaves the machine.</summary>
public static class AnalysisRows
{
    /// <summary>No side has more, so that an analysis stays small.</summary>
    public const int MostRows = 20_000;

    private const byte Version = 1;

    /// <exception cref="ArgumentException">There are too many rows.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ObservedRows rows)
    {
        if (rows.Count > MostRows)
            throw new ArgumentException($"There are {rows.Count} rows; expected at most {MostRows}.", nameof(rows));
        using var file = new BinaryWriter(File.Create(path));
        file.Write(Version);
        file.Write(rows.Width);
        file.Write(rows.OutputCount);
        file.Write(rows.Count);
        file.Write(rows.Times.Length);
        file.Write(MemoryMarshal.AsBytes(rows.Features.AsSpan()));
        file.Write(MemoryMarshal.AsBytes(rows.Outputs.AsSpan()));
        file.Write(MemoryMarshal.AsBytes(rows.Labels.AsSpan()));
        file.Write(MemoryMarshal.AsBytes(rows.Times.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Result<ObservedRows> Read(string path)
    {
        using var file = new BinaryReader(File.OpenRead(path));
        var length = file.BaseStream.Length;
        const int head = 17;
        if (length < head || file.ReadByte() != Version)
            return InvalidValue.Of(Path.GetFileName(path), $"{length} bytes", $"rows of version {Version}");
        var (width, outputs, count, times) = (file.ReadInt32(), file.ReadInt32(), file.ReadInt32(), file.ReadInt32());
        if (width < 1 || outputs < 1 || count is < 0 or > MostRows || (times != 0 && times != count) || length != head + (4L * count * (width + (long)outputs)) + (8L * count) + (8L * times))
            return InvalidValue.Of(Path.GetFileName(path), $"{length} bytes for {count} rows of {width} features", $"at most {MostRows} rows and every byte of them");
        var rows = new ObservedRows(width, outputs, new float[count * width], new float[count * outputs], new double[count], new long[times]);
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.Features.AsSpan()));
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.Outputs.AsSpan()));
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.Labels.AsSpan()));
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.Times.AsSpan()));
        return rows;
    }
}
