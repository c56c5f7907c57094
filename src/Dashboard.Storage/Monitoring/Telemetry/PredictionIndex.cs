using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>
/// Finds a prediction's row by its id. An index in the database would rewrite random pages with every batch, more of them as history grows. Instead the newest
/// part of the log is indexed in memory, and each full part of 262,144 rows is written once, sorted, in 256 leaves. A Bloom filter for each part (two bytes a row)
/// tells most parts that they need not be read. Nothing here is needed for durability: what is missing is rebuilt from the log at start.
/// </summary>
internal sealed class PredictionIndex
{
    public const int PartRows = 1 << 18;
    private const int Leaves = 256;
    private const int EntrySize = 12;
    private const int FilterBits = PartRows * 16;
    private const int Probes = 6;

    private readonly SqliteConnection connection;
    private readonly List<(long Part, ulong[] Bits)> filters = [];
    private readonly SqliteCommand readLeaf;
    private readonly SqliteParameter leafKey;
    private Dictionary<ulong, uint> newest = new(PartRows);
    private long newestPart;

    public PredictionIndex(SqliteConnection connection, IdHash hash)
    {
        this.connection = connection;
        readLeaf = connection.CreateCommand();
        readLeaf.CommandText = "SELECT entries FROM id_leaves WHERE leaf = $leaf";
        leafKey = readLeaf.Parameters.Add("$leaf", SqliteType.Integer);
        Load(hash);
    }

    /// <summary>Rows of the log that may have this hash, newest part first.</summary>
    public IEnumerable<long> Find(ulong hash)
    {
        if (newest.TryGetValue(hash, out var offset))
            yield return (newestPart * PartRows) + offset;
        for (var i = filters.Count - 1; i >= 0; i--)
            if (MayHold(filters[i].Bits, hash) && FindSealed(filters[i].Part, hash) is { } row)
                yield return row;
    }

    /// <summary>Whether <see cref="Find"/> can find anything; cheaper than asking for it.</summary>
    public bool MayHold(ulong hash)
    {
        if (newest.ContainsKey(hash))
            return true;
        foreach (var (_, bits) in filters)
            if (MayHold(bits, hash))
                return true;
        return false;
    }

    /// <summary>Adds a row that was just inserted; rows come in ascending order. Seals the part that the row leaves behind, inside the caller's transaction.</summary>
    public void Add(ulong hash, long row)
    {
        var part = row / PartRows;
        if (part != newestPart)
            Seal(part);
        newest[hash] = (uint)(row % PartRows);
    }

    /// <summary>Drops parts before a row, after their predictions have been deleted.</summary>
    public void Forget(long beforeRow)
    {
        var part = beforeRow / PartRows;
        filters.RemoveAll(filter => filter.Part < part);
        Execute("DELETE FROM id_leaves WHERE leaf < $at", part * Leaves);
        Execute("DELETE FROM id_filters WHERE part < $at", part);
    }

    private void Load(IdHash hash)
    {
        using (var read = connection.CreateCommand())
        {
            read.CommandText = "SELECT part, bits FROM id_filters ORDER BY part";
            using var reader = read.ExecuteReader();
            while (reader.Read())
                filters.Add((reader.GetInt64(0), MemoryMarshal.Cast<byte, ulong>(reader.GetFieldValue<byte[]>(1)).ToArray()));
        }

        newestPart = filters.Count > 0 ? filters[^1].Part + 1 : 0;
        using var tail = connection.CreateCommand();
        tail.CommandText = "SELECT seq, model, id FROM predictions WHERE seq >= $first ORDER BY seq";
        tail.Parameters.AddWithValue("$first", newestPart * PartRows);
        using var rows = tail.ExecuteReader();
        while (rows.Read())
            Add(hash.Of(rows.GetInt32(1), rows.GetString(2)), rows.GetInt64(0));
    }

    private void Seal(long nextPart)
    {
        if (newest.Count > 0)
        {
            var bits = new ulong[FilterBits / 64];
            var leaves = new List<KeyValuePair<ulong, uint>>[Leaves];
            foreach (var entry in newest)
            {
                Mark(bits, entry.Key);
                (leaves[entry.Key >> 56] ??= []).Add(entry);
            }

            for (var leaf = 0; leaf < Leaves; leaf++)
                if (leaves[leaf] is { } entries)
                    Execute("INSERT OR REPLACE INTO id_leaves (leaf, entries) VALUES ($at, $bytes)", (newestPart * Leaves) + leaf, Pack(entries));
            Execute("INSERT OR REPLACE INTO id_filters (part, bits) VALUES ($at, $bytes)", newestPart, MemoryMarshal.AsBytes(bits.AsSpan()).ToArray());
            filters.Add((newestPart, bits));
        }

        newest = new(PartRows);
        newestPart = nextPart;
    }

    private static byte[] Pack(List<KeyValuePair<ulong, uint>> entries)
    {
        entries.Sort((a, b) => a.Key.CompareTo(b.Key));
        var bytes = new byte[entries.Count * EntrySize];
        for (var i = 0; i < entries.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * EntrySize), entries[i].Key);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((i * EntrySize) + 8), entries[i].Value);
        }

        return bytes;
    }

    private long? FindSealed(long part, ulong hash)
    {
        leafKey.Value = (part * Leaves) + (long)(hash >> 56);
        if (readLeaf.ExecuteScalar() is not byte[] entries)
            return null;
        int low = 0, high = (entries.Length / EntrySize) - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var key = BinaryPrimitives.ReadUInt64LittleEndian(entries.AsSpan(middle * EntrySize));
            if (key == hash)
                return (part * PartRows) + BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan((middle * EntrySize) + 8));
            if (key < hash)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }

    private void Execute(string sql, long at, byte[]? bytes = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$at", at);
        if (bytes is not null)
            command.Parameters.AddWithValue("$bytes", bytes);
        command.ExecuteNonQuery();
    }

    private static void Mark(ulong[] bits, ulong hash)
    {
        for (var probe = 0; probe < Probes; probe++)
            if (Place(hash, probe) is var place)
                bits[place >> 6] |= 1UL << (place & 63);
    }

    private static bool MayHold(ulong[] bits, ulong hash)
    {
        for (var probe = 0; probe < Probes; probe++)
            if (Place(hash, probe) is var place && (bits[place >> 6] & (1UL << (place & 63))) == 0)
                return false;
        return true;
    }

    /// <summary>Double hashing over the two halves of the hash (Kirsch and Mitzenmacher 2006).</summary>
    private static int Place(ulong hash, int probe) => (int)((uint)(hash + ((ulong)probe * ((hash >> 32) | 1))) % FilterBits);
}
