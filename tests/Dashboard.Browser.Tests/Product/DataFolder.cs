namespace Dashboard.Browser.Tests.Product;

/// <summary>A folder that a host of a test had its data in.</summary>
internal static class DataFolder
{
    /// <summary>What the host had started may end a moment after it, and write until then.</summary>
    public static void Delete(string folder)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 600)
            {
                Thread.Sleep(100);
            }
        }
    }
}
