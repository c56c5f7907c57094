using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Serving;
using Dashboard.Storage.Tests.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests.Deployments;

public sealed class ChampionSwitchTests
{
    private static readonly SwitchOrder Order = new("flights", "ada");

    [Fact]
    public async Task A_promotion_is_recorded_pointed_at_and_answers()
    {
        await using var installation = await StartAsync(2);
        var switching = installation.Get<ChampionSwitch>();

        var first = await switching.PromoteAsync(Order, 1, default);
        var second = await switching.PromoteAsync(Order with { Reason = "better", EventTime = DateTimeOffset.UnixEpoch }, 2, default);

        Assert.Equal((null, 1), (first.Value.From, first.Value.To));
        Assert.Equal((1, 2, DeploymentKind.Promotion), (second.Value.From, second.Value.To, second.Value.Kind));
        Assert.Equal(2, (await installation.Get<ModelRegistry>().FindVersionAsync("flights", ModelAlias.Champion, default)).Value.Number);
        Assert.Equal(2, installation.Get<Router>().Current.Models["flights"].Champion!.Number);
        var history = await installation.Get<DeploymentHistory>().ListAsync("flights", default);
        Assert.Equal([(null, 1, null), (1, 2, DateTimeOffset.UnixEpoch)], history.Select(d => (d.From, d.To, d.EventTime)));
        Assert.Equal("Promoted version 2 of flights to champion in place of version 1: better", (await installation.Get<ActivityLog>().ListAsync("flights", 1, null, default))[0].Summary);
    }

    [Fact]
    public async Task Repeated_rollbacks_walk_back_until_there_is_nothing_before()
    {
        await using var installation = await StartAsync(3);
        var switching = installation.Get<ChampionSwitch>();
        foreach (var number in (int[])[1, 2, 3])
            await switching.PromoteAsync(Order, number, default);

        Assert.Equal(2, await installation.Get<DeploymentHistory>().PreviousChampionAsync("flights", default));
        Assert.Equal((3, 2), Change(await switching.RollBackAsync(Order, default)));
        Assert.Equal((2, 1), Change(await switching.RollBackAsync(Order, default)));
        Assert.Equal(1, installation.Get<Router>().Current.Models["flights"].Champion!.Number);
        Assert.Equal(ErrorKind.Conflict, (await switching.RollBackAsync(Order, default)).Error!.Kind);
        Assert.Null(await installation.Get<DeploymentHistory>().PreviousChampionAsync("flights", default));
    }

    [Fact]
    public async Task After_a_rollback_and_a_promotion_the_rollback_skips_what_was_rolled_back()
    {
        await using var installation = await StartAsync(3);
        var switching = installation.Get<ChampionSwitch>();
        await switching.PromoteAsync(Order, 1, default);
        await switching.PromoteAsync(Order, 2, default);
        await switching.RollBackAsync(Order, default);
        await switching.PromoteAsync(Order, 3, default);

        Assert.Equal((3, 1), Change(await switching.RollBackAsync(Order, default)));
    }

    [Fact]
    public async Task A_promotion_that_expected_another_champion_is_refused_with_the_present_one()
    {
        await using var installation = await StartAsync(3);
        var switching = installation.Get<ChampionSwitch>();
        await switching.PromoteAsync(Order with { ExpectedChampion = 0 }, 1, default);

        var late = await switching.PromoteAsync(Order with { ExpectedChampion = 0 }, 2, default);
        var right = await switching.PromoteAsync(Order with { ExpectedChampion = 1 }, 2, default);
        var rollback = await switching.RollBackAsync(Order with { ExpectedChampion = 1 }, default);

        Assert.Equal((ErrorKind.Conflict, "1"), (late.Error!.Kind, late.Error.Expected));
        Assert.True(right.IsSuccess);
        Assert.Equal("The champion of 'flights' is version 2 by now, not version 1; look again before changing it.", rollback.Error!.Message);
    }

    [Fact]
    public async Task The_champion_is_not_promoted_again()
    {
        await using var installation = await StartAsync(1);
        var switching = installation.Get<ChampionSwitch>();
        await switching.PromoteAsync(Order, 1, default);

        Assert.Equal("Version 1 is already the champion of 'flights'.", (await switching.PromoteAsync(Order, 1, default)).Error!.Message);
        Assert.Single(await installation.Get<DeploymentHistory>().ListAsync("flights", default));
    }

    [Fact]
    public async Task A_version_that_cannot_be_loaded_changes_nothing()
    {
        await using var installation = await StartAsync(2, refused: 2);
        var switching = installation.Get<ChampionSwitch>();
        await switching.PromoteAsync(Order, 1, default);

        var refused = await switching.PromoteAsync(Order, 2, default);

        Assert.Equal("cannot be loaded", refused.Error!.Message);
        Assert.Equal(1, (await installation.Get<ModelRegistry>().FindVersionAsync("flights", ModelAlias.Champion, default)).Value.Number);
        Assert.Equal(1, installation.Get<Router>().Current.Models["flights"].Champion!.Number);
        Assert.Single(await installation.Get<DeploymentHistory>().ListAsync("flights", default));
    }

    [Fact]
    public async Task A_challenger_that_becomes_champion_is_no_challenger_any_more()
    {
        await using var installation = await StartAsync(2);
        await installation.Get<ModelRegistry>().SetAliasAsync("flights", ModelAlias.Challenger, 2, "ada", default);
        await installation.Get<ChampionSwitch>().PromoteAsync(Order, 2, default);

        Assert.Equal([ModelAlias.Champion], (await installation.Get<ModelRegistry>().FindAsync("flights", default))!.Aliases.Select(a => a.Alias));
    }

    [Fact]
    public async Task Promotions_at_once_end_with_the_last_committed_one_answering()
    {
        await using var installation = await StartAsync(6);
        var switching = installation.Get<ChampionSwitch>();

        await Task.WhenAll(Enumerable.Range(1, 6).Select(number => Task.Run(() => switching.PromoteAsync(Order, number, default))));

        var history = await installation.Get<DeploymentHistory>().ListAsync("flights", default);
        Assert.Equal(6, history.Count);
        Assert.Equal(history.SkipLast(1).Select(d => (int?)d.To), history.Skip(1).Select(d => d.From));
        Assert.Equal(history[^1].To, installation.Get<Router>().Current.Models["flights"].Champion!.Number);
    }

    [Fact]
    public async Task Unknown_models_and_versions_are_not_found()
    {
        await using var installation = await StartAsync(1);
        var switching = installation.Get<ChampionSwitch>();

        Assert.Equal("Model 'flights' has no version 9.", (await switching.PromoteAsync(Order, 9, default)).Error!.Message);
        Assert.Equal("There is no model 'nobody'.", (await switching.PromoteAsync(Order with { Model = "nobody" }, 1, default)).Error!.Message);
        Assert.Equal("There is no model 'nobody'.", (await switching.RollBackAsync(Order with { Model = "nobody" }, default)).Error!.Message);
    }

    private static (int?, int) Change(Result<ChampionChanged> changed) => (changed.Value.From, changed.Value.To);

    /// <summary>A model with some versions, loaded without their trees: what a version answers is not the matter here.</summary>
    internal static async Task<TestInstallation> StartAsync(int versions, int refused = 0, TimeProvider? time = null)
    {
        var installation = await TestInstallation.StartAsync(services => services.AddSingleton(time ?? TimeProvider.System).AddSingleton<LoadVersion>(provider => async (modelId, versionId, ct) =>
        {
            await using var db = await provider.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContextAsync(ct);
            var version = await db.ModelVersions.Include(v => v.Model).SingleAsync(v => v.Id == versionId, ct);
            return version.Number == refused
                ? new Conflict("cannot be loaded")
                : new ServedModel(modelId, version.Model.Name, versionId, version.Number, version.Digest, Packages.Make(version.Number).Manifest, new Constant());
        }));
        for (var seed = 1; seed <= versions; seed++)
            await installation.Get<ModelRegistry>().RegisterAsync(new("flights", Packages.Make(seed), "trained", "ada"), default);
        return installation;
    }

    private sealed class Constant : Scorer
    {
        public override int FeatureCount => 1;

        public override int OutputCount => 1;

        public override void Score(ReadOnlySpan<float> features, Span<float> outputs) => outputs[0] = 1;
    }
}
