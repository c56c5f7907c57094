using Bunit;
using Dashboard.Core;
using Dashboard.Storage;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Governance;
using Dashboard.Web.Hosting.Governance;
using Dashboard.Web.Tests.Components;
using Dashboard.Web.Tests.Kit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Governance;

/// <summary>The audit page over real stores.</summary>
public sealed class AuditPageTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DataDirectory directory = new(Directory.CreateTempSubdirectory("dashboard-audit-").FullName);

    public AuditPageTests()
    {
        Services.AddSingleton<LocalWebhooks>(() => true);
        Services.AddDashboardStorage(directory);
        Services.AddSingleton(Dashboard.Web.Hosting.SettingsReader.Read(new ConfigurationBuilder().Build()).Settings!);
        Services.AddSingleton<AuditKeeper>();
    }

    public Task InitializeAsync() => StorageSetup.PrepareAsync(Get<IDbContextFactory<DashboardDb>>(), default);

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(directory.Root);
    }

    [Fact]
    public void An_empty_log_says_so()
    {
        var page = Render<AuditPage>();
        page.WaitForAssertion(() => Assert.Contains("Nothing has happened yet", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("Not checked yet", page.Find(".state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_appear_by_themselves_and_the_check_says_that_they_are_intact()
    {
        var page = Render<AuditPage>();
        await ActAsync();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count), Patience);
        Assert.Contains("Tagged flights with nightly.", page.Find("tbody tr").TextContent, StringComparison.Ordinal);

        await Get<CheckpointWriter>().WriteAsync(default);
        await page.ActAsync(() => page.FindAll("button").Single(button => button.TextContent == "Check now").ClickAsync(new()));

        page.WaitForAssertion(() => Assert.Equal("Intact", page.Find(".state.ok").TextContent.Trim()), Patience);
        Assert.Contains("3 entries", page.Find(".chain").TextContent, StringComparison.Ordinal);
        Assert.Matches(@"last checkpoint (just now|\d+\u202f(s|min) ago)", page.Find(".chain").TextContent);
    }

    [Fact]
    public async Task Filters_are_in_the_URL_and_in_the_downloads()
    {
        await ActAsync();
        Navigation.NavigateTo("/audit?action=model.changed&actor=Bob&from=2001-02-03");
        var page = Render<AuditPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);
        Assert.Equal("/api/v1/audit/export?format=csv&actor=Bob&action=model.changed&from=2001-02-03T00%3A00%3A00Z", page.FindAll("a[download]")[1].GetAttribute("href"));

        Navigation.NavigateTo("/audit?actor=nobody");
        page.WaitForAssertion(() => Assert.Contains("No entry passes the filters", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task An_entry_shows_what_changed()
    {
        await ActAsync();
        Navigation.NavigateTo("/audit?entry=2");
        var page = Render<AuditPage>();

        page.WaitForAssertion(() => Assert.Equal(["description", "100"], new[] { page.Find("dialog .changed th").TextContent, page.FindAll("dialog .changed td")[1].TextContent.Replace(" (changed)", "", StringComparison.Ordinal) }), Patience);
        Assert.NotEmpty(page.FindAll("dialog tr.same"));
        Assert.Equal(64, page.FindAll("dialog details dd")[1].TextContent.Length);
    }

    [Fact]
    public async Task Tampering_is_said_with_the_entry()
    {
        await ActAsync();
        await using (var connection = new SqliteConnection($"Data Source={directory.DecisionsFile};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Activity SET Summary = 'nothing' WHERE Sequence = 2";
            await command.ExecuteNonQueryAsync();
        }

        await Get<AuditKeeper>().CheckAsync(default);
        var page = Render<AuditPage>();

        page.WaitForAssertion(() => Assert.Contains("Entry 2 says something else than was written", page.Find(".notice.bad").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("Tampered with", page.Find(".state.bad").TextContent.Trim());
    }

    private async Task ActAsync()
    {
        var registry = Get<ModelRegistry>();
        Assert.True((await registry.CreateAsync("flights", new(), "Ann", isDemo: false, default)).IsSuccess);
        Assert.True((await registry.UpdateAsync("flights", new("100"), "Bob", default)).IsSuccess);
        Assert.True((await registry.SetTagsAsync("flights", ["nightly"], "Ann", default)).IsSuccess);
    }

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}
