using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>Looks at the whole audit log of a data directory, beside its checkpoints. Reads only; a host may run or not.</summary>
public static class AuditVerification
{
    /// <param name="data">The data directory.</param>
    /// <param name="checkpoints">The folder of the checkpoints; null: the data directory's own.</param>
    /// <param name="key">A PEM file with the public key; null: the one in the data directory, if it has one.</param>
    /// <returns>What was found; or why it could not be looked at.</returns>
    public static Result<AuditReport> Run(string data, string? checkpoints, string? key, CancellationToken ct)
    {
        var own = Path.Combine(data, "audit");
        if (checkpoints is not null && !Directory.Exists(checkpoints))
            return InvalidValue.Of("--checkpoints", checkpoints, "a folder that exists");
        var hasKey = File.Exists(CheckpointKeys.PublicFile(own));
        var read = key is not null ? CheckpointKeys.Read(key) : hasKey ? CheckpointKeys.Read(CheckpointKeys.PublicFile(own)) : default(Result<ECDsa>?);
        if (read is { Error: { } unreadable })
            return unreadable;
        using var publicKey = read?.Value;
        var opened = AuditFile.Open(Path.Combine(data, "dashboard.db"));
        if (opened.Error is { } fault)
            return fault;
        using var log = opened.Value;
        // Where there is a public key, there was a checkpoint.
        return AuditVerifier.Verify(log.Entries(new()), log.Stranger(), new CheckpointFile(checkpoints ?? own).Lines(), publicKey, hasKey || key is not null, ct);
    }
}
