using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>
/// The line between a page and its circuit, on which what the server says can be held back: a browser that has not heard of a change yet. What the browser sends goes through at once, and the server keeps the
/// handlers of what it has taken off the page until the browser says that it has seen that.
/// </summary>
internal sealed class HeldCircuit(IPage page)
{
    private const string Line = """
        (() => {
            const waiting = [];
            let held = false;
            const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
            Object.defineProperty(WebSocket.prototype, 'onmessage', {
                configurable: true,
                get() { return own.get.call(this); },
                set(heard) { own.set.call(this, message => held ? waiting.push(() => heard.call(this, message)) : heard.call(this, message)); },
            });
            window.circuitLine = { hold() { held = true; }, release() { held = false; waiting.splice(0).forEach(hear => hear()); } };
        })();
        """;

    /// <summary>From the next page that is loaded on.</summary>
    public static async Task<HeldCircuit> OfAsync(IPage page)
    {
        await page.AddInitScriptAsync(Line);
        return new(page);
    }

    public Task HoldAsync() => page.EvaluateAsync("() => circuitLine.hold()");

    public Task ReleaseAsync() => page.EvaluateAsync("() => circuitLine.release()");
}
