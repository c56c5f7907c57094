using Dashboard.Core;
using Dashboard.Storage;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>How far the demonstration came, so that a restart of the host goes on there.</summary>
internal sealed record DemoCheckpoint(DemoPhase Phase, DateTime? ReplayedUntil)
{
    private static string PathIn(DataDirectory directory) => Path.Combine(directory.Root, "demo.json");

    public static DemoCheckpoint? Load(DataDirectory directory) =>
        File.Exists(PathIn(directory)) ? CanonicalJson.Deserialize<DemoCheckpoint>(File.ReadAllBytes(PathIn(directory)).AsSpan()) : null;

    public void Save(DataDirectory directory)
    {
        var temporary = PathIn(directory) + ".new";
        File.WriteAllBytes(temporary, CanonicalJson.SerializeToUtf8(this));
        File.Move(temporary, PathIn(directory), overwrite: true);
    }

    public static void Delete(DataDirectory directory) => File.Delete(PathIn(directory));
}
