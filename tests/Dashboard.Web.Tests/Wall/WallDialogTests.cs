using Bunit;
using Dashboard.Storage;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Wall;

public sealed class WallDialogTests : PageTest, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("wall").FullName;

    public WallDialogTests() => Services.AddDashboardStorage(new DataDirectory(folder));

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), CancellationToken.None);
        var registry = Services.GetRequiredService<ModelRegistry>();
        foreach (var name in new[] { "alpha", "beta" })
            await registry.CreateAsync(name, new(), "test", isDemo: false, default);
        await registry.SetTagsAsync("beta", ["production"], "test", default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task Choices_become_the_address_the_preview_and_the_link()
    {
        var dialog = Render<WallDialog>();
        dialog.WaitForAssertion(() => Assert.Equal(2 + 1 + 3, dialog.FindAll("input[type=checkbox]").Count));
        Assert.Equal("/wall", dialog.Find("iframe").GetAttribute("src"));

        await dialog.ActAsync(() => Box(dialog, "production").ChangeAsync(true));
        await dialog.ActAsync(() => Box(dialog, "alpha").ChangeAsync(true));
        await dialog.ActAsync(() => Box(dialog, "Grids of all").ChangeAsync(false));
        await dialog.ActAsync(() => Select(dialog, "Seconds for each page").ChangeAsync("10"));
        await dialog.ActAsync(() => Select(dialog, "Figure").ChangeAsync("log_loss"));
        await dialog.ActAsync(() => dialog.Find("input[placeholder=Models]").ChangeAsync("Ours"));

        const string address = "/wall?models=alpha&tag=production&show=models&every=10&metric=log_loss&title=Ours";
        Assert.Equal(address, dialog.Find("iframe").GetAttribute("src"));
        Assert.Equal((address, "_blank"), (dialog.Find("a.primary").GetAttribute("href"), dialog.Find("a.primary").GetAttribute("target")));
        Assert.Equal("http://localhost" + address, dialog.Find("input[readonly]").GetAttribute("value"));
        Assert.True(Box(dialog, "Each model large").HasAttribute("disabled"));

        await dialog.ActAsync(() => Box(dialog, "alpha").ChangeAsync(false));
        await dialog.ActAsync(() => Select(dialog, "Figure").ChangeAsync(""));
        Assert.Equal("/wall?tag=production&show=models&every=10&title=Ours", dialog.Find("iframe").GetAttribute("src"));
    }

    private static AngleSharp.Dom.IElement Box(IRenderedComponent<WallDialog> dialog, string text) => dialog.FindAll("label").Single(label => label.TextContent.Trim() == text).QuerySelector("input")!;

    private static AngleSharp.Dom.IElement Select(IRenderedComponent<WallDialog> dialog, string text) => dialog.FindAll("label").Single(label => label.TextContent.TrimStart().StartsWith(text, StringComparison.Ordinal)).QuerySelector("select")!;
}
