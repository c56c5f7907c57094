using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Product;

/// <summary>Waits until a page stands still: before it is measured or judged as a whole.</summary>
internal static class Settled
{
    /// <summary>Nothing is still being read, no font is on its way, no colour or size on its way to another, and two frames were drawn since.</summary>
    private const string Still = """
        async () => {
          const isMoving = () => document.querySelector('.skeleton') || document.fonts.status !== 'loaded'
            || document.getAnimations().some(one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
          if (isMoving()) return false;
          await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          return !isMoving();
        }
        """;

    public static Task OfAsync(IPage page) => page.WaitForFunctionAsync(Still);

    /// <summary>Fails when the page stays wider than its window; what is drawn by script follows a new width a moment later.</summary>
    public static Task FitsAsync(IPage page, string what) =>
        Eventually.TrueAsync(() => page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), TimeSpan.FromSeconds(30), $"{what} fits its window");
}
