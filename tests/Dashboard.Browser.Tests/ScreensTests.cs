using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests;

/// <summary>Not a check but a camera: a picture of every page in dark, light and phone width, from the running demonstration, into artifacts/screens. Run by <c>make screens</c>.</summary>
[Trait("Category", "Screens")]
public sealed class ScreensTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "artifacts", "screens");

    [Fact]
    public async Task Every_page_in_dark_light_and_phone_width()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        await using var chromium = await Chromium.LaunchAsync();
        await using (var empty = await ProductProcess.StartAsync())
        {
            foreach (var (name, path) in new[] { ("empty-overview", "/"), ("empty-models", "/models"), ("empty-experiments", "/experiments"), ("empty-jobs", "/jobs"), ("empty-data", "/data"), ("empty-alerts", "/alerts"), ("not-found", "/nowhere") })
                await ShootAsync(chromium, empty, name, path);
        }

        await using var product = await ProductProcess.StartAsync("--Dashboard:Demo:Enabled=true", "--Dashboard:Demo:SecondsPerDay=1");
        await Demonstration.ReachAsync(product, new DateTime(2001, 3, 5));
        var job = await Demonstration.RetrainAsync(product);
        var runs = await Demonstration.RunsAsync(product);
        var incident = await Demonstration.AlertAsync(product);
        foreach (var (name, path) in Pages(job, runs, incident))
            await ShootAsync(chromium, product, name, path);

        Assert.True(Directory.GetFiles(Folder, "*.png").Length >= 3 * Pages(job, runs, incident).Count());
    }

    private static IEnumerable<(string Name, string Path)> Pages(string job, IReadOnlyList<string> runs, int incident)
    {
        yield return ("overview", "/");
        yield return ("models", "/models");
        foreach (var tab in new[] { "live", "drift", "predictions", "versions", "activity" })
            yield return ($"model-{tab}", $"/models/flight-delay?tab={tab}&range=all");
        yield return ("prediction", "/models/flight-delay/predictions/flight-027437");
        yield return ("experiments", "/experiments");
        yield return ("run", $"/experiments/runs/{runs[0]}");
        yield return ("compare", $"/experiments/compare?runs={string.Join(',', runs)}");
        yield return ("jobs", "/jobs");
        yield return ("job", $"/jobs/{job}");
        yield return ("new-training", "/jobs/new");
        yield return ("data", "/data");
        yield return ("dataset", "/data/flights-2001");
        foreach (var tab in new[] { "now", "incidents", "history", "rules", "silences", "channels" })
            yield return ($"alerts-{tab}", $"/alerts?tab={tab}");
        yield return ("alerts-rule", "/alerts?rule=4");
        yield return ("incident", $"/incidents/{incident}");
    }

    private static async Task ShootAsync(Chromium chromium, ProductProcess product, string name, string path)
    {
        foreach (var (suffix, size, scheme) in new[] { ("dark", Chromium.Desktop, ColorScheme.Dark), ("light", Chromium.Desktop, ColorScheme.Light), ("phone", Chromium.Phone, ColorScheme.Dark) })
        {
            var page = await chromium.OpenAsync(product.Address, size, scheme);
            await page.GotoAsync(path);
            await page.WaitForTimeoutAsync(2_500);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{suffix}.png"), FullPage = true });
            await page.Context.CloseAsync();
        }
    }
}
