using System.Globalization;
using System.Text.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Load;

/// <summary>Walls in a real browser that note when each count of predictions was on the screen.</summary>
internal sealed class WallWatch : IAsyncDisposable
{
    /// <summary>
    /// A mutation asks for the next frame; in it the number that is about to be painted is read, and the time is taken in the first task after that frame.
    /// The clock is the machine's: performance.timeOrigin + performance.now().
    /// </summary>
    private const string Note = """
        window.painted = [];
        const read = () => Number(document.querySelector("[data-pulse=predictions], [data-pulse=total]")?.textContent.replace(/\D/g, "") || NaN);
        const channel = new MessageChannel();
        let asked = false, frame = NaN, last = NaN;
        channel.port1.onmessage = () => {
          asked = false;
          if (frame !== last) painted.push([last = frame, performance.timeOrigin + performance.now()]);
        };
        new MutationObserver(() => {
          if (asked || read() === last) return;
          asked = true;
          requestAnimationFrame(() => { frame = read(); channel.port2.postMessage(0); });
        }).observe(document, { subtree: true, childList: true, characterData: true });
        """;

    private readonly List<IPage> pages = [];

    private WallWatch()
    {
    }

    public static async Task<WallWatch> OpenAsync(Chromium chromium, Uri host, string address, int count)
    {
        var watch = new WallWatch();
        for (var i = 0; i < count; i++)
        {
            var page = await chromium.OpenAsync(host, Chromium.Wall);
            watch.pages.Add(page);
            await page.AddInitScriptAsync(Note);
            await page.GotoAsync(address);
            await page.WaitForFunctionAsync("() => painted.length > 0 && !Number.isNaN(painted.at(-1)[0]) && Number(document.querySelector('[data-beat]')?.dataset.beat) > 0");
        }

        return watch;
    }

    /// <summary>Forgets what was painted so far.</summary>
    public async Task StartAsync()
    {
        foreach (var page in pages)
            await page.EvaluateAsync("painted.length = 0");
    }

    /// <summary>The number on each wall now.</summary>
    public async Task<IReadOnlyList<long>> CountsAsync()
    {
        var counts = new List<long>();
        foreach (var page in pages)
            counts.Add(long.Parse(await page.EvaluateAsync<string>("""document.querySelector("[data-pulse=predictions], [data-pulse=total]").textContent.replace(/\D/g, "")"""), CultureInfo.InvariantCulture));
        return counts;
    }

    /// <summary>For each wall: count and Unix milliseconds of each number that was painted.</summary>
    public async Task<IReadOnlyList<double[][]>> PaintedAsync()
    {
        var all = new List<double[][]>();
        foreach (var page in pages)
            all.Add(JsonSerializer.Deserialize<double[][]>(await page.EvaluateAsync<string>("JSON.stringify(painted)"))!);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in pages)
            await page.Context.CloseAsync();
    }
}
