using System.Runtime.CompilerServices;

namespace Dashboard.Browser.Tests.Product;

/// <summary>The checkout that the tests were built from.</summary>
public static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "")
    {
        var directory = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(directory, "Dashboard.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException($"No Dashboard.sln above {here}.");
        return directory;
    }
}
