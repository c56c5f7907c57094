using Dashboard.Core;
using Dashboard.Core.Monitoring.Columns;
using Dashboard.Core.Monitoring.Columns.Reading;

namespace Dashboard.Cli.Tables;

/// <summary>A table or a profile on the command line: a file's path, or - for standard input.</summary>
internal static class InputFile
{
    public const string StandardInput = "-";

    private const int MostProfileBytes = 1 << 30;

    /// <param name="field">The option or argument that named the file, for messages.</param>
    /// <returns>The opened file, or why it cannot be read.</returns>
    public static async Task<Result<TableStream>> OpenAsync(string path, string field, CancellationToken ct)
    {
        try
        {
            var file = path == StandardInput ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            var opened = await TableStream.OpenAsync(file, ct);
            return opened.Error is { } fault ? Named(fault, path) : opened;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return InvalidValue.Of(field, path, $"a file that can be read ({exception.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A stored profile, or one made of a table.</summary>
    /// <returns>The profile with what was read (null for a stored one), or why there is none.</returns>
    public static async Task<Result<(TableProfile Profile, TableRead? Read)>> ProfileAsync(TableStream table, string path, CancellationToken ct)
    {
        if (table.Format != TableFormat.Profile)
        {
            var made = TableProfile.Of(table, ct);
            return made.Error is { } unreadable ? Named(unreadable, path) : (made.Value.Profile, made.Value.Read);
        }

        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await table.Content.ReadAsync(buffer, ct) is var read and > 0)
        {
            if (bytes.Length + read > MostProfileBytes)
                return Named(InvalidValue.Of("profile", $"more than {MostProfileBytes:N0} bytes", "a profile as this product writes it"), path);
            bytes.Write(buffer.AsSpan(0, read));
        }

        var stored = TableProfile.Deserialize(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        return stored.Error is { } damaged ? Named(damaged, path) : (stored.Value, (TableRead?)null);
    }

    /// <summary>Says which of several files an error is about.</summary>
    public static Error Named(Error error, string path) => new FileFault(error, path == StandardInput ? "standard input" : path) { Field = error.Field, Value = error.Value, Expected = error.Expected };

    /// <summary>What is wrong with a file, with its name.</summary>
    private sealed record FileFault(Error Fault, string Path) : Error(Fault.Kind, $"{Path}: {Fault.Message}");
}
