using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Product;

/// <summary>The system's own Chromium, driven by Playwright.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public static readonly ViewportSize Desktop = new() { Width = 1440, Height = 960 };
    public static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };
    public static readonly ViewportSize Wall = new() { Width = 1920, Height = 1080 };
    public static readonly ViewportSize Wall4K = new() { Width = 3840, Height = 2160 };

    /// <summary>Milliseconds for whatever a page is waited for: a busy machine takes its time, and only what never comes is a fault.</summary>
    public const float Patience = 120_000;

    private readonly IPlaywright playwright;

    static Chromium() => Assertions.SetDefaultExpectTimeout(Patience);

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    public static async Task<Chromium> LaunchAsync()
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        return new(driver, browser);
    }

    public async Task<IPage> OpenAsync(Uri address, ViewportSize size, ColorScheme scheme = ColorScheme.Dark)
    {
        var context = await Browser.NewContextAsync(new() { BaseURL = address.ToString(), ViewportSize = size, ColorScheme = scheme });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }
}
