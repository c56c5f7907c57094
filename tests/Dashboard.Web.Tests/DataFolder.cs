using Microsoft.Data.Sqlite;

namespace Dashboard.Web.Tests;

/// <summary>A folder that a test's databases lie in.</summary>
internal static class DataFolder
{
    /// <summary>What a page had begun to read goes on when the page is gone, and may hold a file, or make one, for a moment longer.</summary>
    public static async Task DeleteAsync(string folder)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                SqliteConnection.ClearAllPools();
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 1200)
            {
                await Task.Delay(50);
            }
        }
    }
}
