using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Product;

/// <summary>One running demonstration, in its second week at least, and one browser: shared by the tests that look at it.</summary>
public sealed class LiveDemonstration : IAsyncLifetime
{
    public const string Model = "flight-delay";

    private Chromium? chromium;
    private ProductProcess? product;

    internal ProductProcess Product => product!;

    public async Task InitializeAsync()
    {
        product = await ProductProcess.StartAsync("--Dashboard:Demo:Enabled=true", "--Dashboard:Demo:SecondsPerDay=2");
        chromium = await Chromium.LaunchAsync();
        await Demonstration.ReachAsync(product, new DateTime(2001, 2, 15));
    }

    internal Task<Visitor> VisitAsync(ColorScheme scheme = ColorScheme.Dark) => Visitor.ComeAsync(chromium!, Product.Address, scheme);

    /// <summary>Two runs to compare at least: January's and a retraining.</summary>
    internal async Task<IReadOnlyList<string>> RunsAsync()
    {
        if ((await Demonstration.RunsAsync(Product)).Count < 2)
            await Demonstration.RetrainAsync(Product);
        return await Demonstration.RunsAsync(Product);
    }

    /// <summary>An open incident's number; where none is open, one is made.</summary>
    internal async Task<int> IncidentAsync()
    {
        var open = await Product.Client.GetFromJsonAsync<JsonElement>("/api/v1/incidents?open=true");
        return open.GetArrayLength() > 0 ? open[0].GetProperty("id").GetInt32() : await Demonstration.AlertAsync(Product);
    }

    /// <summary>The newest job.</summary>
    internal async Task<string> JobAsync()
    {
        var jobs = await Product.Client.GetFromJsonAsync<JsonElement>("/api/v1/jobs");
        return jobs[0].GetProperty("id").GetString()!;
    }

    /// <summary>The id of a prediction whose ground truth is known.</summary>
    internal async Task<string> PredictionAsync()
    {
        var page = await Product.Client.GetFromJsonAsync<JsonElement>($"/api/v1/models/{Model}/predictions?truth=known&take=1");
        return page.GetProperty("predictions")[0].GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null)
            await chromium.DisposeAsync();
        if (product is not null)
            await product.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class DemonstrationRuns : ICollectionFixture<LiveDemonstration>
{
    public const string Name = "The demonstration runs";
}
