using System.Security.Cryptography;
using System.Text.Json;

namespace Dashboard.Core.Governance.Audit;

/// <summary>Reads checkpoints in order beside the entries and says what each entry's hash must be. Stops at the first checkpoint that is not as it was signed.</summary>
internal sealed class CheckpointTrail(IEnumerator<string> lines, ECDsa? key)
{
    private readonly MerkleFrontier frontier = new();

    public Checkpoint? Last { get; private set; }

    public long Count { get; private set; }

    public AuditFault? Fault { get; private set; }

    /// <summary>The hash that was vouched for; null when no good checkpoint covers the entry.</summary>
    /// <param name="sequence">Not below that of the call before.</param>
    public string? HashOf(long sequence)
    {
        while (Fault is null && sequence > frontier.Size)
            if (!Next())
                return null;
        return Fault is not null ? null : Last!.Entries[(int)(sequence - Last.From - 1)];
    }

    /// <summary>Reads what is left.</summary>
    public void Finish()
    {
        while (Next())
        {
        }
    }

    private bool Next()
    {
        while (Fault is null && lines.MoveNext())
        {
            // A line that a crash cut short says nothing; were it one that was written whole, the next one would not go on from where the last one ended.
            if (Parse(lines.Current) is not { } checkpoint)
                continue;
            Fault = Check(checkpoint);
            if (Fault is not null)
                return false;
            (Last, Count) = (checkpoint, Count + 1);
            return true;
        }

        return false;
    }

    private AuditFault? Check(Checkpoint checkpoint)
    {
        var name = $"The checkpoint of {checkpoint.Size} entries of {AuditEntry.Instant(checkpoint.Time)}";
        var first = frontier.Size + 1;
        if (key is not null && !checkpoint.IsSigned(key))
            return new(AuditFaultKind.CheckpointForged, first, $"{name} is not signed by the installation’s key {CheckpointSigning.IdOf(key)}: it was replaced or changed.");
        if (checkpoint.From != frontier.Size)
            return new(AuditFaultKind.CheckpointMissing, first, $"{name} goes on from {checkpoint.From} entries, but the one before it covers {frontier.Size}: checkpoints between them are gone.");
        if (checkpoint.Size - checkpoint.From != checkpoint.Entries.Count || checkpoint.Entries.Any(hash => !IsHash(hash)))
            return new(AuditFaultKind.CheckpointForged, first, $"{name} lists {checkpoint.Entries.Count} hashes; expected those of the entries {first} to {checkpoint.Size}.");
        foreach (var hash in checkpoint.Entries)
            frontier.Add(MerkleTree.Leaf(Convert.FromHexString(hash)));
        return Convert.ToHexStringLower(frontier.Root()) == checkpoint.Root
            ? null
            : new(AuditFaultKind.CheckpointForged, first, $"The hashes in the checkpoint of {checkpoint.Size} entries do not give the root that was signed: some of the entries {first} to {checkpoint.Size} were changed in it.");
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static Checkpoint? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Checkpoint>(line, CanonicalJson.Options) is { Root: not null, Entries: not null, Frontier: not null, Signature: not null } whole ? whole : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
