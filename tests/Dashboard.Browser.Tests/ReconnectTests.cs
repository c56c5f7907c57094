using System.Net.Http.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>The host ends without a word and starts again; whoever has the page open need not do anything.</summary>
public sealed class ReconnectTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("dashboard-reconnect-");

    [Fact]
    public async Task An_open_page_comes_back_by_itself_after_the_host_was_killed_and_is_live_again()
    {
        await using var chromium = await Chromium.LaunchAsync();
        Uri address;
        Visitor visitor;
        await using (var first = await ProductProcess.StartInAsync(directory.FullName, StandingAddress.Next()))
        {
            address = first.Address;
            await FourModel.ImportAsync(first, "four", promote: true);
            visitor = await Visitor.ComeAsync(chromium, address);
            await visitor.GoAsync("/models/four?range=all&theme=light");
            await SeeLivePredictionsAsync(visitor.Page, first, "before");
            await first.KillAsync();
        }

        await using (visitor)
        {
            await visitor.DoAsync(async page =>
            {
                await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
                await using var second = await ProductProcess.StartInAsync(directory.FullName, address.ToString());
                await SeeLivePredictionsAsync(page, second, "after");
                await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
                Assert.Equal("?range=all&theme=light", new Uri(page.Url).Query);
            });
        }
    }

    public void Dispose() => DataFolder.Delete(directory.FullName);

    /// <summary>Predictions that are asked for now appear in the count on the page; asked again and again, as the page may still be on its way back.</summary>
    private static async Task SeeLivePredictionsAsync(IPage page, ProductProcess product, string name)
    {
        var figure = page.GetByRole(AriaRole.Region, new() { Name = "Requests", Exact = true }).First.Locator("small").Last;
        var seen = await figure.IsVisibleAsync() ? await figure.InnerTextAsync() : "";
        var sent = 0;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await product.Client.PostAsJsonAsync("/v2/models/four/infer", FourModel.Request($"{name}-{sent++}"));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            return await figure.IsVisibleAsync() && await figure.InnerTextAsync() is var now && now != seen && now.Contains("in this range", StringComparison.Ordinal);
        }, TimeSpan.FromMinutes(2), "the count of requests on the page moves");
    }
}
