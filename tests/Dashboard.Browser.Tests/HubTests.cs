using System.Diagnostics;
using System.Text;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Browser.Tests;

/// <summary>The hub, seen by a SignalR client that is not the page: the JavaScript client in node.</summary>
public sealed class HubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_client_in_node_hears_that_a_dataset_was_registered()
    {
        await using var product = await ProductProcess.StartAsync();
        using var client = Listen(product);
        Assert.Equal("connected", await ReadLineAsync(client));

        using var csv = new StringContent("x,y\n1,2\n3,4\n", Encoding.UTF8, "text/csv");
        using var response = await product.Client.PostAsync("/api/v1/datasets?name=points", csv);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        // The host tells of its own affairs, too: of alerts that it looked at, for one.
        string? heard;
        do
            Assert.NotNull(heard = await ReadLineAsync(client));
        while (!heard.Contains("\"topic\":\"datasets\"", StringComparison.Ordinal));
        client.StandardInput.Close();
        await client.WaitForExitAsync().WaitAsync(Patience);
    }

    private static Process Listen(ProductProcess product)
    {
        var start = new ProcessStartInfo("node", ["listen.mjs", new Uri(product.Address, "/hubs/live").ToString()])
        {
            WorkingDirectory = Path.Combine(SourceTree.Root, "tests", "Dashboard.Browser.Tests", "hub-client"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }

    private static async Task<string?> ReadLineAsync(Process client) => await client.StandardOutput.ReadLineAsync().WaitAsync(Patience);
}
