using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Deployments.Routing;

/// <summary>One of the two versions of a rollout.</summary>
public enum Arm { Champion, Challenger }

/// <summary>Which version a request goes to.</summary>
/// <param name="IsForced">A test asked for it: what comes of it is no evidence, since it was not assigned by the split.</param>
public readonly record struct Assignment(Arm Arm, bool IsForced);

/// <summary>
/// Who gets which version, without a cookie: bucket = hash(salt ‖ entity key) mod 10,000, and the new version gets the buckets below its weight. The same entity keeps its bucket for the whole
/// rollout, so as the weight grows entities only ever move to the new version; another rollout has another salt and deals anew.
/// <para>The hash is part of the contract and never changes: the first eight bytes of SHA-256 over the UTF-8 of salt and key, as a big-endian unsigned integer. The remainder favours low buckets by
/// less than 10⁻¹⁵.</para>
/// </summary>
public sealed class TrafficSplit
{
    /// <summary>Hexadecimal digits of a salt. They are of fixed number, so that salt and key cannot run into one another.</summary>
    public const int SaltLength = 32;

    private const int OnStack = 512;

    private readonly byte[] salt;

    private TrafficSplit(string salt, TrafficWeight weight) => (this.salt, Weight) = (Encoding.ASCII.GetBytes(salt), weight);

    public TrafficWeight Weight { get; }

    /// <param name="salt">32 lower-case hexadecimal digits, of one rollout only.</param>
    public static Result<TrafficSplit> Of(string salt, TrafficWeight weight) => CheckSalt(salt) is { } error ? error : new TrafficSplit(salt, weight);

    /// <summary>The salt of a rollout, from its id.</summary>
    public static string SaltOf(Guid rollout) => Convert.ToHexStringLower(SHA256.HashData(rollout.ToByteArray(bigEndian: true)))[..SaltLength];

    /// <summary>What is wrong with a salt; null when nothing is.</summary>
    public static Error? CheckSalt(string? salt) =>
        salt is { Length: SaltLength } && salt.All(char.IsAsciiHexDigitLower) ? null : InvalidValue.Of("salt", salt, $"{SaltLength} lower-case hexadecimal digits");

    /// <summary>Where a key goes; allocates nothing for keys of ordinary length.</summary>
    /// <param name="key">The entity's; for requests without one, the request's own id.</param>
    /// <param name="forced">The version that a test demands; null: as the split has it.</param>
    public Assignment For(ReadOnlySpan<char> key, Arm? forced = null) => forced is { } arm ? new(arm, true) : For(Hash(key));

    /// <summary>Where the key of a hash goes.</summary>
    public Assignment For(ulong hash) => new(BucketOf(hash) < Weight.Parts ? Arm.Challenger : Arm.Champion, false);

    /// <summary>From 0 to 9,999.</summary>
    public int Bucket(ReadOnlySpan<char> key) => BucketOf(Hash(key));

    /// <summary>The bucket of a hash, from 0 to 9,999.</summary>
    public static int BucketOf(ulong hash) => (int)(hash % TrafficWeight.Whole);

    /// <summary>Eight bytes of SHA-256 over salt and key: what the bucket follows from, and by which different keys are told apart.</summary>
    public ulong Hash(ReadOnlySpan<char> key)
    {
        var longest = salt.Length + Encoding.UTF8.GetMaxByteCount(key.Length);
        byte[]? rented = null;
        var buffer = longest <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(longest);
        salt.CopyTo(buffer);
        var length = salt.Length + Encoding.UTF8.GetBytes(key, buffer[salt.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
