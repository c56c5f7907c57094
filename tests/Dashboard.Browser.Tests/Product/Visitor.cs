using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Product;

/// <summary>A person at a browser window. What they saw when a test failed is kept as a picture in artifacts/browser-failures.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> faults = new();

    private Visitor(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => faults.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                faults.Enqueue(message.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>What the page complained of to its console.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    public static async Task<Visitor> ComeAsync(Chromium chromium, Uri address, ColorScheme scheme = ColorScheme.Dark) => new(await chromium.OpenAsync(address, Chromium.Desktop, scheme));

    /// <summary>Opens a page and waits until it is more than the server's first picture of it: until its buttons have their handlers.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.WaitForFunctionAsync("() => { const button = document.querySelector('header.top button.icon-button'); return button && Object.keys(button).some(key => key.startsWith('_blazorEvents')); }");
    }

    public async Task DoAsync(Func<IPage, Task> steps, [CallerMemberName] string name = "")
    {
        try
        {
            await steps(Page);
        }
        catch (Exception fault)
        {
            var folder = Path.Combine(SourceTree.Root, "artifacts", "browser-failures");
            Directory.CreateDirectory(folder);
            try
            {
                await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
            }
            catch (Exception dark) when (dark is PlaywrightException or TimeoutException)
            {
                throw new AggregateException(fault, dark);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
