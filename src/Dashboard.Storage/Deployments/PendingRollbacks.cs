using System.Data.Common;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments;

/// <summary>A rollback that is in force and not in the database yet.</summary>
/// <param name="From">The version that was taken out of traffic; <paramref name="To"/> is the one that answers.</param>
public sealed record PendingRollback(string Model, int From, int To, string By, string Reason, DateTimeOffset At, DateTimeOffset? EventTime);

/// <summary>
/// Rollbacks that happened while the database could not be written. They are kept in memory and, as far as the disk allows, in a file beside the database, so that neither the database's return
/// nor a restart brings the version back that was taken out; whoever serves tries to store them until that succeeds.
/// </summary>
public sealed class PendingRollbacks(DataDirectory directory)
{
    private readonly Lock turns = new();
    private readonly string file = Path.Combine(directory.Root, "pending-rollbacks.json");
    private List<PendingRollback> pending = [];

    public IReadOnlyList<PendingRollback> All
    {
        get
        {
            lock (turns)
                return [.. pending];
        }
    }

    /// <summary>Whether an exception means that the database cannot be reached or written now.</summary>
    public static bool IsStorageFault(Exception exception) => exception is DbException or DbUpdateException or IOException or UnauthorizedAccessException;

    /// <summary>Reads what an earlier process could not store, and lets it stand.</summary>
    public void Resume(ServingHost serving)
    {
        lock (turns)
        {
            if (!File.Exists(file))
                return;
            pending = CanonicalJson.Deserialize<List<PendingRollback>>(File.ReadAllText(file));
            foreach (var one in pending)
                serving.Hold(one.Model, one.To);
        }
    }

    /// <returns>Why it will not survive a restart; null: it will.</returns>
    public Exception? Add(PendingRollback rollback)
    {
        lock (turns)
        {
            pending = [.. pending.Where(one => one.Model != rollback.Model), rollback];
            return Write();
        }
    }

    /// <inheritdoc cref="Add"/>
    public Exception? Remove(PendingRollback rollback)
    {
        lock (turns)
        {
            pending = [.. pending.Where(one => one != rollback)];
            return Write();
        }
    }

    private Exception? Write()
    {
        try
        {
            if (pending.Count == 0)
            {
                File.Delete(file);
                return null;
            }

            var written = file + ".new";
            File.WriteAllText(written, CanonicalJson.Serialize(pending));
            File.Move(written, file, overwrite: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            // The disk may be as read-only as the database: in memory it holds.
            return fault;
        }
    }
}
