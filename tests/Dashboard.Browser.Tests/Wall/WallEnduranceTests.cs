using System.Globalization;
using System.Net.Http.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests.Wall;

/// <summary>What a screen on a wall must bear without a hand: a host that is killed and comes back, a network that goes and returns.</summary>
[Collection(Walls.Name)]
public sealed class WallEnduranceTests(WallProduct walls) : IDisposable
{
    private const string Address = "/wall?show=models&models=four";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("dashboard-wall-");

    public void Dispose() => DataFolder.Delete(directory.FullName);

    [Fact]
    public async Task After_the_host_was_killed_it_says_so_keeps_its_picture_and_comes_back_by_itself()
    {
        Uri host;
        IPage page;
        await using (var first = await ProductProcess.StartInAsync(directory.FullName, StandingAddress.Next()))
        {
            host = first.Address;
            await FourModel.ImportAsync(first, "four", promote: true);
            page = await walls.OpenAsync(Address, Chromium.Wall, host);
            await SeePredictionsAsync(page, first, 3);
            await first.KillAsync();
        }

        await SeeCutAsync(page);
        Assert.Equal(3, await PredictionsAsync(page));
        await Task.Delay(TimeSpan.FromSeconds(3));
        await using var second = await ProductProcess.StartInAsync(directory.FullName, host.ToString());
        await SeeAliveAsync(page);
        await SeePredictionsAsync(page, second, 2);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task While_the_browser_is_offline_it_says_so_with_the_pictures_age_and_goes_on_afterwards()
    {
        var page = await walls.OpenAsync("/wall?show=models&models=model-01", Chromium.Wall);
        var before = await PredictionsAsync(page);
        await page.Context.SetOfflineAsync(true);
        await SeeCutAsync(page);
        Assert.Equal(before, await PredictionsAsync(page));
        await WallProduct.TrafficAsync(walls.Product, "model-01", 5);
        await page.Context.SetOfflineAsync(false);
        await SeeAliveAsync(page);
        await Eventually.TrueAsync(async () => await PredictionsAsync(page) == before + 5, TimeSpan.FromMinutes(2), "the predictions of the meantime are counted");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_given_up_and_the_page_loads_again_once_the_host_answers()
    {
        await using var cable = new Cable(walls.Product.Address);
        var page = await walls.OpenAsync("/wall?show=models&models=model-02", Chromium.Wall, cable.Address);
        await page.EvaluateAsync("window.isTheFirstPage = true");
        cable.Cut();
        await SeeCutAsync(page);
        cable.Mend();
        await Eventually.TrueAsync(async () => !await StillFirstAsync(page), TimeSpan.FromMinutes(2), "the page is loaded again");
        await SeeAliveAsync(page);
        await page.Context.CloseAsync();

        static async Task<bool> StillFirstAsync(IPage page)
        {
            try
            {
                return await page.EvaluateAsync<bool>("window.isTheFirstPage === true");
            }
            catch (PlaywrightException)
            {
                // Just between two pages.
                return true;
            }
        }
    }

    private static async Task SeeCutAsync(IPage page)
    {
        await Expect(page.Locator(".wall-cut")).ToBeVisibleAsync();
        await Expect(page.Locator(".wall-cut")).ToContainTextAsync("No connection");
        await Expect(page.Locator(".wall-cut")).ToContainTextAsync("this picture is");
        Assert.True(await page.Locator(".wall-cut").EvaluateAsync<double>("element => parseFloat(getComputedStyle(element).fontSize) / innerHeight") >= 0.049);
    }

    private static async Task SeeAliveAsync(IPage page)
    {
        await Expect(page.Locator(".wall-cut")).ToBeHiddenAsync();
        await WallProduct.AliveAsync(page);
    }

    private static async Task SeePredictionsAsync(IPage page, ProductProcess product, int count)
    {
        var before = await PredictionsAsync(page);
        for (var i = 0; i < count; i++)
        {
            using var answer = await product.Client.PostAsJsonAsync("/v2/models/four/infer", FourModel.Request(Guid.NewGuid().ToString("N")));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        await Eventually.TrueAsync(async () => await PredictionsAsync(page) == before + count, TimeSpan.FromMinutes(2), $"the wall counts {count} more predictions");
    }

    private static async Task<long> PredictionsAsync(IPage page) =>
        long.TryParse((await page.Locator("[data-pulse=predictions]").First.InnerTextAsync()).Replace("\u202f", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
}
