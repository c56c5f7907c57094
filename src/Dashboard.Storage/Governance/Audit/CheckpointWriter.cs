using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Governance.Audit;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>The checkpoints that exist.</summary>
/// <param name="Covered">How many entries the last one covers.</param>
public sealed record CheckpointState(long Covered, DateTimeOffset? At);

/// <summary>
/// Signs what was added since the last checkpoint. What it costs grows with what was added, not with history: the file's last line holds the Merkle frontier.
/// It signs nothing that does not go on from what it signed before.
/// </summary>
public sealed class CheckpointWriter(IDbContextFactory<DashboardDb> factory, DataDirectory directory, CheckpointFile file, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim alone = new(1);

    public void Dispose() => alone.Dispose();

    /// <summary>Where the file ends.</summary>
    public CheckpointState State() => file.Last() is { } last ? new(last.Size, last.Time) : new(0, null);

    /// <summary>Writes checkpoints up to the last entry.</summary>
    /// <returns>How many; or why the log cannot be signed as it is.</returns>
    public async Task<Result<int>> WriteAsync(CancellationToken ct)
    {
        await alone.WaitAsync(ct);
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            var last = file.Last();
            var covered = last?.Size ?? 0;
            // Nothing new, and nothing lost either: the common case costs one look at an index.
            if (await db.Activity.MaxAsync(a => a.Sequence, ct) is var tip && (tip ?? 0) == covered)
                return 0;
            using var key = CheckpointKeys.Open(directory);
            return await SignAsync(db, key, last, ct);
        }
        finally
        {
            alone.Release();
        }
    }

    private async Task<Result<int>> SignAsync(DashboardDb db, ECDsa key, Checkpoint? last, CancellationToken ct)
    {
        var (frontier, hash) = (new MerkleFrontier(), AuditEntry.Genesis);
        if (last is not null)
        {
            if (!last.IsSigned(key) || Frontier(last) is not { } kept)
                return new Conflict($"The last checkpoint in {file.Name} is not one that this installation signed; nothing is signed on top of it.");
            (frontier, hash) = (kept, Convert.FromHexString(last.Entries[^1]));
            var stored = await db.Activity.AsNoTracking().Where(a => a.Sequence == last.Size).Select(a => a.Hash).SingleOrDefaultAsync(ct);
            if (stored is null || !stored.AsSpan().SequenceEqual(hash))
                return new Conflict($"The audit log’s entry {last.Size} is not the one that was signed: the log was changed, and nothing is signed on top of it.");
        }

        for (var written = 0; ; written++)
        {
            var entries = await db.Activity.AsNoTracking().Where(a => a.Sequence > frontier.Size).OrderBy(a => a.Sequence).Take(Checkpoint.MostEntries).ToListAsync(ct);
            if (entries.Count == 0)
                return written;
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i].ToAudit();
                var expected = entry.Hash(hash);
                if (entry.Sequence != frontier.Size + i + 1 || !expected.AsSpan().SequenceEqual(entries[i].Hash))
                    return new Conflict($"The audit log’s entry {frontier.Size + i + 1} is not as it was written; nothing is signed from there on.");
                hash = expected;
            }

            file.Append(CheckpointSigning.Sign(key, frontier, entries.ConvertAll(entry => entry.Hash!), time.GetUtcNow()));
            CheckpointKeys.Publish(directory, key);
        }
    }

    private static MerkleFrontier? Frontier(Checkpoint last)
    {
        if (last.Entries.Count == 0 || last.Frontier.Append(last.Entries[^1]).Any(hash => hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)))
            return null;
        var frontier = MerkleFrontier.Restore(last.Size, last.Frontier.Select(Convert.FromHexString).ToList());
        return frontier is not null && Convert.ToHexStringLower(frontier.Root()) == last.Root ? frontier : null;
    }
}
