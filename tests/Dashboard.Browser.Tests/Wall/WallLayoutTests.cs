using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests.Wall;

/// <summary>A wall as the eye sees it: large enough, whole, dark, and nothing but the wall.</summary>
[Collection(Walls.Name)]
public sealed class WallLayoutTests(WallProduct walls)
{
    /// <summary>Every visible text with its size in shares of the screen's height, and everything that does not fit its place.</summary>
    private const string Measure = """
        () => {
          const height = innerHeight, texts = [], cut = [];
          for (const element of document.querySelectorAll(".wall *")) {
            const box = element.getBoundingClientRect();
            if (!box.width || element.closest(".visually-hidden")) continue;
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.nodeValue.trim());
            const isPlot = element.classList.contains("time-plot");
            if (!own && !isPlot) continue;
            const name = `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 40)}”`;
            texts.push({ name, size: parseFloat(getComputedStyle(element).fontSize) / height });
            if (box.right > innerWidth + 1 || box.bottom > height + 1 || box.left < -1 || box.top < -1) cut.push(`${name} leaves the screen`);
            const tile = element.closest(".wall-tile")?.getBoundingClientRect();
            if (tile && (box.bottom > tile.bottom + 1 || (element.matches("b, .wall-state") && box.right > tile.right + 1))) cut.push(`${name} leaves its tile`);
            if (element.matches("b, .wall-state, h1") && element.scrollWidth > element.clientWidth + 2 && getComputedStyle(element).overflowX !== "visible" && getComputedStyle(element).display !== "inline") cut.push(`${name} is cut`);
          }
          const overlaps = [...document.querySelectorAll(".wall-tile")].flatMap(tile => {
            const parts = [...tile.children].map(part => [part, part.getBoundingClientRect()]).filter(([, box]) => box.height);
            return parts.slice(1).filter(([, box], i) => box.top < parts[i][1].bottom - 0.2 * box.height).map(([part]) => `${part.className} overlaps in ${tile.getAttribute("aria-label")}`);
          });
          const root = document.documentElement;
          return JSON.stringify({ texts, cut: [...cut, ...overlaps], scrolls: root.scrollHeight > height || root.scrollWidth > innerWidth || document.body.scrollHeight > height });
        }
        """;

    [Theory]
    [InlineData(1920, 1080, "/wall?show=models&models=model-01")]
    [InlineData(1920, 1080, "/wall?show=fleet&models=model-01,model-02,model-03,model-09,model-11,model-12")]
    [InlineData(1920, 1080, "/wall?show=fleet&tiles=12")]
    [InlineData(1920, 1080, "/wall?show=fleet&tiles=4&scale=1.2")]
    [InlineData(3840, 2160, "/wall?show=models&models=model-01")]
    [InlineData(3840, 2160, "/wall?show=fleet&tiles=12")]
    public async Task Type_reads_from_eight_metres_and_everything_fits(int width, int height, string address)
    {
        var page = await walls.OpenAsync(address, new() { Width = width, Height = height });
        await Settled.OfAsync(page);
        var seen = JsonDocument.Parse(await page.EvaluateAsync<string>(Measure)).RootElement;
        var texts = seen.GetProperty("texts").EnumerateArray().Select(text => (Name: text.GetProperty("name").GetString()!, Size: text.GetProperty("size").GetDouble())).ToList();
        await page.Context.CloseAsync();

        Assert.False(seen.GetProperty("scrolls").GetBoolean());
        Assert.Empty(seen.GetProperty("cut").EnumerateArray().Select(what => what.GetString()));
        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.True(text.Size >= 1 / 50.0, $"{text.Name} is {text.Size:P2} of the screen's height; expected 2 % at least."));
        var main = texts.Where(text => text.Name.StartsWith("span.state wall-state", StringComparison.Ordinal) || text.Name.StartsWith("b.figure", StringComparison.Ordinal)).ToList();
        Assert.True(main.Count >= 2);
        Assert.All(main, text => Assert.True(text.Size >= 0.95 / 20, $"{text.Name} is {text.Size:P2} of the screen's height; expected 5 % or hardly less."));
    }

    [Theory]
    [InlineData("/wall?show=models&models=model-01")]
    [InlineData("/wall?show=fleet&tiles=12&stale=10s")]
    [InlineData("/wall?every=soon&tils=3")]
    public async Task A_wall_violates_no_rule_of_accessibility(string address)
    {
        var page = await walls.OpenAsync(address, Chromium.Wall);
        await Settled.OfAsync(page);
        var result = await page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        await page.Context.CloseAsync();
        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
    }

    [Fact]
    public async Task It_is_dark_without_chrome_and_the_pointer_goes_away_when_it_rests()
    {
        var context = await walls.Chromium.Browser.NewContextAsync(new() { BaseURL = walls.Product.Address.ToString(), ViewportSize = Chromium.Wall, ColorScheme = ColorScheme.Light });
        context.SetDefaultTimeout(Chromium.Patience);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync("localStorage.setItem('theme', 'light')");
        await page.GotoAsync("/wall");
        await WallProduct.AliveAsync(page);

        Assert.Equal("rgb(11, 16, 22)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await Expect(page.Locator(".side, header.top, .wall-screen button, .wall-screen a")).ToHaveCountAsync(0);
        await Expect(page.Locator(".wall-screen")).ToHaveCSSAsync("cursor", "none");
        // It comes back for three seconds, which may pass before a busy machine looks: moved until it is seen.
        var x = 300;
        await Eventually.TrueAsync(async () =>
        {
            await page.Mouse.MoveAsync(++x, 300);
            return await page.Locator(".wall-screen").EvaluateAsync<string>("element => getComputedStyle(element).cursor") == "auto";
        }, TimeSpan.FromMinutes(1), "a pointer that moves is seen");
        await Expect(page.Locator(".wall-screen")).ToHaveCSSAsync("cursor", "none");
        Assert.Matches("^[0-2][0-9]:[0-5][0-9]$", await page.Locator(".wall-clock").InnerTextAsync());
        await context.CloseAsync();
    }

    [Fact]
    public async Task A_broken_url_is_explained_in_type_that_reads_from_afar()
    {
        var page = await walls.OpenAsync("/wall?tiles=30", Chromium.Wall);
        await Expect(page.Locator(".wall-fault li")).ToContainTextAsync("tiles is “30”. Expected: a whole number from 1 to 12.");
        Assert.True(await page.Locator(".wall-fault li").EvaluateAsync<double>("element => parseFloat(getComputedStyle(element).fontSize) / innerHeight") >= 0.03);
        await page.Context.CloseAsync();
    }
}
