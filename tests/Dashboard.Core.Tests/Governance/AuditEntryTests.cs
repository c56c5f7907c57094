using Dashboard.Core.Governance.Audit;

namespace Dashboard.Core.Tests.Governance;

public sealed class AuditEntryTests
{
    private static readonly AuditEntry First = new(1, new DateTimeOffset(2001, 2, 3, 6, 5, 6, 789, 12, TimeSpan.FromHours(2)), "Ann \"the\\one\" ü\u2028😀", "model.promoted", "flight-delay", "2", "line\nbreak\ttab \u0001\u007f\b\f\r",
        new Origin(OriginKind.Page).Via, null, "/models/flight-delay", """{"champion":1}""", """{"champion":2}""", IsImported: false);

    private static readonly AuditEntry Second = new(2, new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), "api", "job.queued", null, null, "", null, null, null, null, null, IsImported: true);

    /// <summary>The hashes are Python's: sha256(previous + json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(',', ':')).encode()).</summary>
    [Fact]
    public void The_hash_is_the_one_that_another_language_computes()
    {
        var first = First.Hash(AuditEntry.Genesis);

        Assert.Equal("93f758feee56cc4bdc959fc6e75ce2c8c5e52ebb990aa93c5a3052010cbb5fae", Convert.ToHexStringLower(first));
        Assert.Equal("ad5c6169c33555979069b2b82411376b8de8bf3ee81bbf1c270bde21249754e6", Convert.ToHexStringLower(Second.Hash(first)));
    }

    [Fact]
    public void Every_field_is_hashed()
    {
        AuditEntry[] others =
        [
            First with { Sequence = 2 }, First with { At = First.At.AddMicroseconds(1) }, First with { Actor = "Bob" }, First with { Action = "x" }, First with { Model = null }, First with { Subject = "3" }, First with { Summary = "" },
            First with { Via = null }, First with { Via = new Origin(OriginKind.Api).Via }, First with { Via = new Origin(OriginKind.Cli).Via }, First with { Address = "::1" }, First with { Page = "/" }, First with { Before = null }, First with { After = "{}" }, First with { IsImported = true },
        ];

        Assert.Equal(others.Length + 1, others.Append(First).Select(entry => Convert.ToHexStringLower(entry.Hash(AuditEntry.Genesis))).Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(First.Hash(AuditEntry.Genesis), First.Hash(Second.Hash(AuditEntry.Genesis)));
        Assert.Throws<ArgumentException>(() => First.Hash([1, 2, 3]));
    }

    [Theory]
    [InlineData("plain 😀 ü", "plain 😀 ü")]
    [InlineData("a\0b", "a\uFFFDb")]
    public void Text_is_cleaned_of_what_no_store_gives_back(string text, string expected) => Assert.Equal(expected, AuditEntry.Clean(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => Assert.Equal("half \uFFFD", AuditEntry.Clean("half " + '\uD83D'));
}
