namespace Dashboard.Storage;

/// <summary>Where an installation keeps its things: two SQLite files, the artifact store and the working folders of jobs.</summary>
public sealed class DataDirectory
{
    public DataDirectory(string path)
    {
        Root = Path.GetFullPath(path);
        Directory.CreateDirectory(Datasets);
        Directory.CreateDirectory(Packages);
        Directory.CreateDirectory(RunArtifacts);
        Directory.CreateDirectory(Jobs);
        Directory.CreateDirectory(Analyses);
        Directory.CreateDirectory(Audit);
        Directory.CreateDirectory(Keys);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Temporary);
    }

    public string Root { get; }

    /// <summary>What people and policies decided.</summary>
    public string DecisionsFile => Path.Combine(Root, "dashboard.db");

    /// <summary>The prediction log and the profiles.</summary>
    public string TelemetryFile => Path.Combine(Root, "telemetry.db");

    /// <summary>Canonical content of dataset versions: {sha256}.csv.gz.</summary>
    public string Datasets => Path.Combine(Root, "artifacts", "datasets");

    /// <summary>Model packages: a folder named by digest each.</summary>
    public string Packages => Path.Combine(Root, "artifacts", "packages");

    /// <summary>Artifacts of runs: a folder named by run id each.</summary>
    public string RunArtifacts => Path.Combine(Root, "artifacts", "runs");

    /// <summary>Working folders of jobs: {job id}/spec.json, output.log, out/.</summary>
    public string Jobs => Path.Combine(Root, "jobs");

    /// <summary>What was found about models' changes: a folder named by the model's key each.</summary>
    public string Analyses => Path.Combine(Root, "analyses");

    /// <summary>The key that signs checkpoints of the audit log, and the checkpoints where no other folder is set.</summary>
    public string Audit => Path.Combine(Root, "audit");

    /// <summary>Keys that protect cookies, and the one that signs packages; open to the host's own user only.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Uploads under way and packages being unpacked; emptied at start.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>Takes away what a process that died left under way. Only for who holds the directory alone.</summary>
    public void EmptyTemporary()
    {
        Directory.Delete(Temporary, recursive: true);
        Directory.CreateDirectory(Temporary);
    }
}
