using System.Globalization;
using System.Net.Http.Json;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Wall;

/// <summary>Twelve models in different states, one with ground truth, and a browser: shared by the tests that look at walls.</summary>
public sealed class WallProduct : IAsyncLifetime
{
    private Chromium? chromium;
    private ProductProcess? product;

    internal ProductProcess Product => product!;

    internal Chromium Chromium => chromium!;

    public async Task InitializeAsync()
    {
        product = await ProductProcess.StartAsync();
        chromium = await Chromium.LaunchAsync();
        for (var i = 1; i <= 12; i++)
            await FourModel.ImportAsync(product, string.Create(CultureInfo.InvariantCulture, $"model-{i:00}"), promote: i <= 10);
        for (var i = 1; i <= 8; i++)
            await TrafficAsync(product, string.Create(CultureInfo.InvariantCulture, $"model-{i:00}"), 60);
        using var tagged = await product.Client.PutAsJsonAsync("/api/v1/models/model-01/tags", new { tags = new[] { "production" } });
        Assert.True(tagged.IsSuccessStatusCode, await tagged.Content.ReadAsStringAsync());
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null)
            await chromium.DisposeAsync();
        if (product is not null)
            await product.DisposeAsync();
    }

    /// <summary>Observations with their ground truth: about as good as a coin that leans.</summary>
    internal static async Task TrafficAsync(ProductProcess product, string model, int count)
    {
        var observations = Enumerable.Range(0, count).Select(i => new { id = $"{model}-{Guid.NewGuid():N}", features = new { a = i * 0.01, b = -0.5, c = 0.25, d = 1.0 }, prediction = 0.2 + (0.01 * (i % 50)), ground_truth = i % 3 == 0 }).ToList();
        using var accepted = await product.Client.PostAsJsonAsync($"/api/v1/models/{model}/observations", observations);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());
    }

    /// <summary>Opens a wall and waits until its heart beats and its figures are there.</summary>
    internal async Task<IPage> OpenAsync(string address, ViewportSize size, Uri? host = null)
    {
        var page = await Chromium.OpenAsync(host ?? Product.Address, size);
        await page.GotoAsync(address);
        await AliveAsync(page);
        return page;
    }

    internal static Task AliveAsync(IPage page) =>
        page.WaitForFunctionAsync("() => Number(document.querySelector('[data-beat]')?.dataset.beat) > 0 && ![...document.querySelectorAll('[data-pulse]')].some(figure => figure.textContent === '–' && ['predictions', 'total'].includes(figure.dataset.pulse))");
}

[CollectionDefinition(Name)]
public sealed class Walls : ICollectionFixture<WallProduct>
{
    public const string Name = "Walls";
}
