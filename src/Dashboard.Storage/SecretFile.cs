namespace Dashboard.Storage;

/// <summary>Writes what not everybody may read.</summary>
public static class SecretFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whole or not at all: a crash leaves no half of a key.</summary>
    /// <param name="overwrite">In place of what is there; otherwise there must be nothing.</param>
    public static void Write(string file, string text, UnixFileMode mode, bool overwrite = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        var temporary = file + ".part";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, options))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite);
    }
}
