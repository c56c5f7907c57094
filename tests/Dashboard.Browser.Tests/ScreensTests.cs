using System.Net.Http.Json;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Dashboard.Browser.Tests.Wall;
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
            foreach (var (name, path) in new[] { ("empty-overview", "/"), ("empty-models", "/models"), ("empty-experiments", "/experiments"), ("empty-jobs", "/jobs"), ("empty-data", "/data"), ("empty-alerts", "/alerts"), ("empty-audit", "/audit"), ("not-found", "/nowhere") })
                await ShootAsync(chromium, empty, name, path);
        }

        await using var product = await ProductProcess.StartAsync("--Dashboard:Demo:Enabled=true", "--Dashboard:Demo:SecondsPerDay=1");
        await Demonstration.ReachAsync(product, new DateTime(2001, 3, 5));
        var job = await Demonstration.RetrainAsync(product);
        var runs = await Demonstration.RunsAsync(product);
        var incident = await Demonstration.AlertAsync(product);
        var segment = await Demonstration.SegmentAsync(product);
        foreach (var (name, path) in Pages(job, runs, incident, segment))
            await ShootAsync(chromium, product, name, path);
        await ShootWallsAsync(chromium, product);

        Assert.True(Directory.GetFiles(Folder, "*.png").Length >= 3 * Pages(job, runs, incident, segment).Count());
    }

    private static IEnumerable<(string Name, string Path)> Pages(string job, IReadOnlyList<string> runs, int incident, string segment)
    {
        yield return ("overview", "/");
        yield return ("models", "/models");
        foreach (var tab in new[] { "live", "performance", "drift", "quality", "segments", "predictions", "versions", "rollouts", "activity" })
            yield return ($"model-{tab}", $"/models/flight-delay?tab={tab}&range=all");
        yield return ("segment-drift", $"/models/flight-delay?tab=drift&range=all&segment={segment}");
        yield return ("segment-quality", $"/models/flight-delay?tab=quality&range=all&segment={segment}");
        yield return ("prediction", "/models/flight-delay/predictions/flight-027437");
        yield return ("version", "/models/flight-delay/versions/1");
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
        yield return ("approvals", "/approvals");
        yield return ("policy", "/policy");
        yield return ("environments", "/environments");
        yield return ("people", "/people");
        yield return ("audit", "/audit");
        yield return ("audit-entry", "/audit?action=model.promoted&entry=2");
    }

    /// <summary>Walls at their own size, with a promotion and a rollback in the banner.</summary>
    private static async Task ShootWallsAsync(Chromium chromium, ProductProcess product)
    {
        for (var i = 1; i <= 12; i++)
        {
            await FourModel.ImportAsync(product, $"model-{i:00}", promote: i <= 10);
            if (i <= 8)
                await WallProduct.TrafficAsync(product, $"model-{i:00}", 300);
        }

        foreach (var (path, body) in new (string, object)[] { ("promote", new { version = 2 }), ("rollback", new { reason = "for the picture" }) })
        {
            using var changed = await product.Client.PostAsJsonAsync($"/api/v1/models/flight-delay/{path}", body);
            Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
        }

        foreach (var (name, path, size) in new[]
        {
            ("model", "?show=models&models=flight-delay", Chromium.Wall), ("model-4k", "?show=models&models=flight-delay&metric=log_loss", Chromium.Wall4K),
            ("six", "?show=fleet&models=flight-delay,model-01,model-02,model-03,model-09,model-11&title=Production", Chromium.Wall), ("twelve", "?show=fleet&tiles=12", Chromium.Wall), ("twelve-4k", "?show=fleet&tiles=12", Chromium.Wall4K),
            ("turning", "?tiles=6&every=600", Chromium.Wall), ("scaled", "?show=fleet&tiles=4&scale=1.2", Chromium.Wall), ("stale", "?show=models&models=model-08&stale=10s", Chromium.Wall),
            ("no-data", "?show=models&models=model-10", Chromium.Wall), ("broken-url", "?tiles=30&evry=5&metric=auc%20roc", Chromium.Wall), ("no-model", "?models=nobody", Chromium.Wall),
        })
        {
            var page = await chromium.OpenAsync(product.Address, size);
            await page.GotoAsync("/wall" + path);
            await page.WaitForTimeoutAsync(name == "stale" ? 20_000 : 5_000);
            if (name == "six")
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"wall-{name}.png") });
                await page.Context.SetOfflineAsync(true);
                await page.WaitForTimeoutAsync(9_000);
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "wall-cut.png") });
            }
            else
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"wall-{name}.png") });
            }

            await page.Context.CloseAsync();
        }

        await ShootAsync(chromium, product, "wall-dialog", "/?wall=1");
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
