namespace Dashboard.Storage;

/// <summary>Held open by the process that uses a data directory, so that a second one finds out instead of writing beside it. The system releases it when the process ends, however it ends.</summary>
public sealed class DirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock, or returns null when another process holds it.</summary>
    public static DirectoryLock? TryTake(DataDirectory directory)
    {
        try
        {
            return new(new FileStream(Path.Combine(directory.Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
