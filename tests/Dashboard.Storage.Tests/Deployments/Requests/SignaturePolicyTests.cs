using System.Security.Cryptography;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Tests.Registry;

namespace Dashboard.Storage.Tests.Deployments.Requests;

/// <summary>A policy that asks for signatures, in the transaction in which somebody decides.</summary>
public sealed class SignaturePolicyTests : IDisposable
{
    private static readonly PromotionPolicy Signed = PromotionPolicy.Default(true) with { RequireSignature = true };

    private readonly ECDsa factory = SigningKeys.Create();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task Unsigned_packages_of_before_go_on_as_they_did_until_the_policy_asks_for_signatures()
    {
        await using var team = await Team.StartAsync();
        var free = await team.ReadyAsync(2);
        Assert.Null((await team.ApproveAsync(free, "ben")).Error);

        await using var strict = await Team.StartAsync();
        await strict.Policies.SetAsync(null, "", Signed, "ann", default);
        var id = await strict.ReadyAsync(2);
        Assert.Equal([CheckNames.Package], Assert.IsType<CheckStandsInTheWay>((await strict.ApproveAsync(id, "ben")).Error).Checks);
        Assert.Equal(RequestState.Open, (await strict.SeeAsync(id, "ann")).Summary.State);

        // Nor past the request: who may promote directly is refused with the reason.
        await strict.Policies.SetAsync(null, "", Signed with { Approvals = [] }, "ann", default);
        Assert.Contains("Nobody has signed it.", Assert.IsType<SignatureMissing>((await strict.Flights.Installation.Get<ChampionSwitch>().PromoteAsync(new("flights", "ben"), 3, default)).Error).Message, StringComparison.Ordinal);
        Assert.Equal(1, await strict.Flights.ChampionAsync());
    }

    [Fact]
    public async Task An_unsigned_package_is_shown_as_not_judged_and_fails_and_can_be_waived_where_a_signature_is_asked_for()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ProposeAsync();
        await GatherAsync(team, id, CheckVerdict.NotApplicable);
        Assert.Equal("notApplicable", Package(await team.SeeAsync(id, "ben")).State);
        Assert.False(Package(await team.SeeAsync(id, "ben")).Blocks);

        await team.Policies.SetAsync(null, "", Signed with { RequiredChecks = [] }, "ann", default);
        var check = Package(await team.SeeAsync(id, "ben"));
        Assert.Equal(("failed", true, true), (check.State, check.IsRequired, check.Blocks));
        Assert.Contains("asks for a signature by a trusted publisher", check.Result.Words, StringComparison.Ordinal);
        Assert.IsType<CheckStandsInTheWay>((await team.ApproveAsync(id, "ben")).Error);

        Assert.Null((await team.Store.WaiveAsync(id, CheckNames.Package, "made before there were signatures", team["ben"], default)).Error);
        Assert.Null((await team.ApproveAsync(id, "cem")).Error);
    }

    [Fact]
    public async Task A_signed_one_goes_and_a_key_revoked_meanwhile_voids_the_evidence_and_every_approval()
    {
        await using var team = await Team.StartAsync();
        var installation = team.Flights.Installation;
        await team.Policies.SetAsync(null, "", Signed with { Approvals = [new("Two of us", PromotionPolicy.Approvers, 2)] }, "ann", default);
        var publisher = (await installation.Get<PublisherStore>().TrustAsync("Factory", factory.ExportSubjectPublicKeyInfoPem(), "ann", default)).Value;
        await SignAsync(team, 2);
        var id = await team.ReadyAsync(2);
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);

        await installation.Get<PublisherStore>().RevokeAsync(publisher.Id, "stolen", "ann", default);

        var seen = await team.SeeAsync(id, "ann");
        Assert.Null(seen.Digest);
        Assert.Equal([id], await team.Store.AwaitingEvidenceAsync(default));
        Assert.Equal(0, seen.Summary.Given);
        // Evidence that still says "passed" does not help: the key is looked up when somebody decides.
        await team.GatherAsync(id);
        Assert.IsType<CheckStandsInTheWay>((await team.ApproveAsync(id, "cem")).Error);
        Assert.Contains("request.evidence-renewed", (await installation.Get<ActivityLog>().ListAsync("flights", 50, null, default)).Select(entry => entry.Action));
        Assert.Equal(RequestState.Open, (await team.SeeAsync(id, "ann")).Summary.State);
    }

    [Fact]
    public async Task A_signature_that_comes_later_has_the_evidence_gathered_anew_and_lets_it_go()
    {
        await using var team = await Team.StartAsync();
        await team.Policies.SetAsync(null, "", Signed, "ann", default);
        await team.Flights.Installation.Get<PublisherStore>().TrustAsync("Factory", factory.ExportSubjectPublicKeyInfoPem(), "ann", default);
        var id = await team.ReadyAsync(2);
        Assert.IsType<CheckStandsInTheWay>((await team.ApproveAsync(id, "ben")).Error);

        await SignAsync(team, 2);
        Assert.Equal([id], await team.Store.AwaitingEvidenceAsync(default));
        await team.GatherAsync(id);
        Assert.Null((await team.ApproveAsync(id, "ben")).Error);
    }

    [Fact]
    public async Task Evidence_that_counted_a_signature_which_does_not_count_any_more_is_not_stored()
    {
        await using var team = await Team.StartAsync();
        var id = await team.ProposeAsync();
        await GatherAsync(team, id, CheckVerdict.Passed, new CheckFigure("trustedSignatures", 1));
        Assert.Equal([id], await team.Store.AwaitingEvidenceAsync(default));
        await GatherAsync(team, id, CheckVerdict.NotApplicable, new CheckFigure("trustedSignatures", 0));
        Assert.Empty(await team.Store.AwaitingEvidenceAsync(default));
    }

    private async Task SignAsync(Team team, int version)
    {
        var registry = team.Flights.Installation.Get<ModelRegistry>();
        var found = (await registry.FindVersionAsync("flights", $"{version}", default)).Value;
        var package = (await team.Flights.Installation.Get<PackageStore>().ReadAsync(found.Digest, default)).Value;
        Assert.Equal(version, (await registry.RegisterAsync(new("flights", package.WithSignatures([PackageSignature.Make(factory, package.Digest)]).Value, "imported package", "dia"), default)).Value.Number);
    }

    private static StandingCheck Package(RequestDetail request) => request.Checks.Single(check => check.Result.Name == CheckNames.Package);

    private static async Task GatherAsync(Team team, int id, CheckVerdict package, params CheckFigure[] figures) => Assert.Null((await team.Store.StoreEvidenceAsync(id, new(team.Flights.Time.Now, new string('a', 64), 1, new string('b', 64), null, "nothing", [], VersionChanges.None, null, null, new(1, 1, null, null),
        [.. CheckNames.All.Select(name => new CheckResult(name, name == CheckNames.Package ? package : CheckVerdict.Passed, "words", name == CheckNames.Package ? figures : []))]), default)).Error);
}
