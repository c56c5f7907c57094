using Bunit;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Components.Pages.Models.Dialogs;
using Dashboard.Web.Tests.Api;
using Dashboard.Web.Tests.Kit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Models;

/// <summary>The parts of a model's page that show and change versions, over real stores.</summary>
public sealed class ModelTabTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-tabs-").FullName;

    public ModelTabTests() => Services.AddDashboardStorage(new DataDirectory(folder));

    private ModelRegistry Registry => Services.GetRequiredService<ModelRegistry>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        await AddAsync(-1, 0.70);
        await AddAsync(-2, 0.72);
        await PromoteAsync(1);
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task Versions_stand_side_by_side_with_their_difference_from_the_champion_on_the_same_rows()
    {
        Dictionary<string, double> Auc(double value) => new() { ["roc_auc"] = value };
        await AddAsync(-4, 0.61, "challenger", new ChallengerComparison(1, 900, Auc(0.59), Auc(0.61), [], ComparisonVerdict.Better, "Better than version 1."));
        var tab = Render<VersionsTab>(p => p.Add(t => t.Model, "tiny"));
        tab.WaitForAssertion(() => Assert.Equal(3, tab.FindAll("tbody tr").Count), Patience);

        var (newest, uncompared, champion) = (tab.FindAll("tbody tr")[0], tab.FindAll("tbody tr")[1], tab.FindAll("tbody tr")[2]);
        Assert.Contains("v3", newest.TextContent, StringComparison.Ordinal);
        Assert.Equal("+0.020", newest.QuerySelector("small.better")!.TextContent);
        Assert.Null(uncompared.QuerySelector("small.better, small.worse"));
        Assert.Equal("champion", champion.QuerySelector(".alias")!.TextContent);
        Assert.Null(champion.QuerySelector("small.better, small.worse"));
        Assert.Equal("/models/tiny/versions/3", newest.QuerySelector("th a")!.GetAttribute("href"));
        Assert.Contains("/api/v1/models/tiny/versions/3/package", newest.QuerySelector("a[download]")!.GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promotion_asks_once_and_the_table_follows()
    {
        var tab = Render<VersionsTab>(p => p.Add(t => t.Model, "tiny"));
        tab.WaitForAssertion(() => Assert.Equal(2, tab.FindAll("tbody tr").Count), Patience);

        await tab.ActAsync(() => tab.FindAll("button").First(b => b.TextContent.Contains("Promote", StringComparison.Ordinal)).ClickAsync(new()));
        tab.WaitForAssertion(() => Assert.Contains("in place of version 1", tab.Find("dialog").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(1, await ChampionAsync());
        await tab.ActAsync(() => tab.Find("dialog button.primary").ClickAsync(new()));

        tab.WaitForAssertion(() => Assert.Equal("champion", tab.FindAll("tbody tr")[0].QuerySelector(".alias")?.TextContent), Patience);
        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll("dialog")), Patience);
        Assert.Equal(2, await ChampionAsync());
    }

    [Fact]
    public async Task A_champion_that_changed_meanwhile_is_reported_in_the_dialog()
    {
        await AddAsync(-3, 0.73);
        var dialog = Render<PromoteDialog>(p => p.Add(d => d.Model, "tiny").Add(d => d.Version, 3));
        dialog.WaitForAssertion(() => Assert.Contains("in place of", dialog.Markup, StringComparison.Ordinal), Patience);
        await PromoteAsync(2);

        await dialog.ActAsync(() => dialog.Find("button.primary").ClickAsync(new()));

        dialog.WaitForAssertion(() => Assert.Contains("is version 2 by now", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(2, await ChampionAsync());
    }

    [Fact]
    public async Task A_rollback_names_where_it_goes_and_goes_there()
    {
        await PromoteAsync(2, "looks better");
        var done = false;
        var dialog = Render<RollBackDialog>(p => p.Add(d => d.Model, "tiny").Add(d => d.OnDone, () => done = true));
        dialog.WaitForAssertion(() => Assert.Contains("looks better", dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal("Roll back to version 1", dialog.Find("button.danger").TextContent);

        await dialog.ActAsync(() => dialog.Find("button.danger").ClickAsync(new()));

        dialog.WaitForState(() => done, Patience);
        Assert.Equal(1, await ChampionAsync());
    }

    [Fact]
    public void Without_a_champion_before_there_is_nothing_to_confirm()
    {
        var dialog = Render<RollBackDialog>(p => p.Add(d => d.Model, "tiny"));

        dialog.WaitForAssertion(() => Assert.Contains("no champion before", dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.True(dialog.Find("button.danger").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_challenger_shows_its_comparison_with_the_present_champion_in_a_sentence()
    {
        await AddAsync(-4, 0.75, "challenger", new ChallengerComparison(1, 900, new Dictionary<string, double>(), new Dictionary<string, double>(), [], ComparisonVerdict.Better, "Better than version 1 on 900 held-out rows."));

        var tab = Render<VersionsTab>(p => p.Add(t => t.Model, "tiny"));

        tab.WaitForAssertion(() => Assert.Equal("Better than version 1 on 900 held-out rows.", tab.Find(".notice.ok").TextContent.Trim()), Patience);
    }

    [Fact]
    public async Task An_alias_is_set_from_the_dialog_and_a_wrong_one_is_refused_in_it()
    {
        var version = VersionView.Of((await Registry.FindVersionAsync("tiny", "2", default)).Value);
        var done = false;
        var dialog = Render<AliasDialog>(p => p.Add(d => d.Version, version).Add(d => d.OnClose, () => done = true));

        await dialog.ActAsync(() => dialog.Find("input").InputAsync(new() { Value = "eu west" }));
        await dialog.ActAsync(() => dialog.Find("button.primary").ClickAsync(new()));
        dialog.WaitForAssertion(() => Assert.Contains("'alias' is 'eu west'", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);

        await dialog.ActAsync(() => dialog.Find("input").InputAsync(new() { Value = "eu-west" }));
        await dialog.ActAsync(() => dialog.Find("button.primary").ClickAsync(new()));
        dialog.WaitForState(() => done, Patience);
        Assert.Equal(2, (await Registry.FindVersionAsync("tiny", "eu-west", default)).Value.Number);
    }

    [Fact]
    public void Activity_tells_who_did_what_newest_first()
    {
        var tab = Render<ActivityTab>(p => p.Add(t => t.Model, "tiny"));

        tab.WaitForAssertion(() => Assert.Contains("Promoted version 1 of tiny to champion.", tab.FindAll("li")[0].TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("ada", tab.FindAll("li")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal(4, tab.FindAll("li").Count);
    }

    [Fact]
    public async Task A_model_file_is_imported_from_the_dialog_as_the_next_version()
    {
        var done = false;
        var dialog = Render<ImportModelDialog>(p => p.Add(d => d.Model, "tiny").Add(d => d.OnClose, () => done = true));
        Assert.True(dialog.Find("button.primary").HasAttribute("disabled"));

        dialog.FindComponents<InputFile>()[0].UploadFiles(InputFileContent.CreateFromBinary(ModelApiTests.Tiny(-5), "model.json"));
        await dialog.ActAsync(() => dialog.Find("button.primary").ClickAsync(new()));

        dialog.WaitForState(() => done, Patience);
        Assert.Equal(3, (await Registry.FindAsync("tiny", default))!.Versions.Count);
    }

    private async Task<int?> ChampionAsync() => ModelView.Of((await Registry.FindAsync("tiny", default))!).Champion;

    private async Task PromoteAsync(int version, string reason = "") =>
        Assert.True((await Services.GetRequiredService<ChampionSwitch>().PromoteAsync(new("tiny", "ada", reason), version, default)).IsSuccess);

    /// <summary>A version with a model that can be loaded and a figure to compare.</summary>
    private async Task AddAsync(double below, double rocAuc, string? alias = null, ChallengerComparison? comparison = null)
    {
        var plain = (await Services.GetRequiredService<XGBoostImport>().RunAsync(new("scratch", ModelApiTests.Tiny(below), "ada"), default)).Value;
        var package = (await Services.GetRequiredService<PackageStore>().ReadAsync(plain.Digest, default)).Value;
        var measured = ModelPackage.Create(package.Manifest with { Metrics = new Dictionary<string, double> { ["roc_auc"] = rocAuc } }, package.Files.ToDictionary(f => f.Key, f => f.Value.ToArray()));
        await Registry.RegisterAsync(new("tiny", measured.Value, "trained", "ada", ComparisonJson: comparison is null ? null : CanonicalJson.Serialize(comparison), Alias: alias), default);
    }
}
