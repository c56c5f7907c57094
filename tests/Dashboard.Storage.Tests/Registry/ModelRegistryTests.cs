using Dashboard.Core;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Tests.Registry;

public sealed class ModelRegistryTests
{
    [Fact]
    public async Task Versions_are_numbered_without_gaps_when_many_register_at_once()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(seed => Task.Run(() => registry.RegisterAsync(New(seed), default))));

        var model = await registry.FindAsync("flights", default);
        Assert.Equal(Enumerable.Range(1, 12), model!.Versions.Select(v => v.Number));
        Assert.Equal(12, model.Versions.Select(v => v.Digest).Distinct().Count());
    }

    [Fact]
    public async Task The_same_package_again_is_the_version_it_was()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        await registry.RegisterAsync(New(1), default);
        await registry.RegisterAsync(New(2), default);

        var again = await registry.RegisterAsync(New(1), default);
        var elsewhere = await registry.RegisterAsync(New(1) with { ModelName = "other" }, default);

        Assert.Equal((1, "flights"), (again.Value.Number, again.Value.Model.Name));
        Assert.Equal((1, "other"), (elsewhere.Value.Number, elsewhere.Value.Model.Name));
        Assert.Equal(2, (await registry.FindAsync("flights", default))!.Versions.Count);
    }

    [Fact]
    public async Task A_version_is_found_by_number_alias_and_latest()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        await registry.RegisterAsync(New(1) with { Alias = "eu" }, default);
        await registry.RegisterAsync(New(2), default);

        foreach (var (reference, number) in new[] { ("1", 1), ("v2", 2), ("latest", 2), ("eu", 1) })
            Assert.Equal(number, (await registry.FindVersionAsync("flights", reference, default)).Value.Number);
        Assert.Equal("Model 'flights' has no version 7.", (await registry.FindVersionAsync("flights", "7", default)).Error!.Message);
        Assert.Equal("There is no model 'nobody'.", (await registry.FindVersionAsync("nobody", "7", default)).Error!.Message);
    }

    [Fact]
    public async Task An_alias_moves_from_version_to_version_and_goes_away()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        await registry.RegisterAsync(New(1), default);
        await registry.RegisterAsync(New(2), default);

        await registry.SetAliasAsync("flights", ModelAlias.Challenger, 1, "me", default);
        await registry.SetAliasAsync("flights", ModelAlias.Challenger, 2, "me", default);
        Assert.Equal(2, (await registry.FindVersionAsync("flights", ModelAlias.Challenger, default)).Value.Number);

        await registry.RemoveAliasAsync("flights", ModelAlias.Challenger, "me", default);
        Assert.False((await registry.FindVersionAsync("flights", ModelAlias.Challenger, default)).IsSuccess);
        Assert.Equal(ErrorKind.NotFound, (await registry.RemoveAliasAsync("flights", "eu", "me", default)).Error!.Kind);
    }

    [Fact]
    public async Task The_champion_is_no_alias_to_set_or_remove_by_hand()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        await registry.RegisterAsync(New(1), default);

        Assert.Equal(ErrorKind.Conflict, (await registry.SetAliasAsync("flights", ModelAlias.Champion, 1, "me", default)).Error!.Kind);
        Assert.Equal(ErrorKind.Conflict, (await registry.RemoveAliasAsync("flights", ModelAlias.Champion, "me", default)).Error!.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(3601)]
    [InlineData(-60)]
    public async Task A_window_that_does_not_divide_an_hour_is_refused(int seconds)
    {
        await using var installation = await TestInstallation.StartAsync();

        Assert.Equal("windowSeconds", (await installation.Get<ModelRegistry>().CreateAsync("m", new("", seconds), "me", false, default)).Error!.Field);
    }

    [Fact]
    public async Task Deleting_a_model_keeps_the_packages_that_another_model_uses()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        await registry.RegisterAsync(New(1), default);
        await registry.RegisterAsync(New(2), default);
        await registry.RegisterAsync(New(1) with { ModelName = "other" }, default);

        await registry.DeleteAsync("flights", "me", default);

        Assert.Null(await registry.FindAsync("flights", default));
        Assert.Equal([Packages.Make(1).Digest], Directory.EnumerateDirectories(installation.Directory.Packages).Select(Path.GetFileName));
        Assert.Equal(ErrorKind.NotFound, (await registry.DeleteAsync("flights", "me", default)).Error!.Kind);
    }

    [Fact]
    public async Task What_was_done_is_told_once_and_published()
    {
        await using var installation = await TestInstallation.StartAsync();
        var registry = installation.Get<ModelRegistry>();
        var heard = new List<Notification>();
        using var subscription = installation.Get<Notifications>().Subscribe(heard.Add);

        await registry.CreateAsync("flights", new("Delays", 3600), "ada", false, default);
        await registry.RegisterAsync(New(1), default);
        await registry.RegisterAsync(New(1), default);

        var told = await installation.Get<ActivityLog>().ListAsync("flights", 10, null, default);
        Assert.Equal(["Registered version 1 of flights (trained).", "Created the model flights."], told.Select(a => a.Summary));
        Assert.Equal([null, "1"], heard.Select(n => n.Subject));
        Assert.Equal(ErrorKind.Conflict, (await registry.CreateAsync("flights", new(), "ada", false, default)).Error!.Kind);
        Assert.Equal(3600, (await registry.FindAsync("flights", default))!.WindowSeconds);
    }

    private static NewVersion New(int seed) => new("flights", Packages.Make(seed), "trained", "me");
}
