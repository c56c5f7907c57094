using Dashboard.Browser.Tests.Product;

namespace Dashboard.Browser.Tests.Load;

/// <summary>The soak of <c>make soak</c>, short: a turning wall and a model's page over weeks of events that pass in a minute.</summary>
public sealed class SoakTests
{
    /// <summary>In so short a run code is still being compiled and caches fill; a leak of one page's turn or one reading would be many times this.</summary>
    private const double Tolerance = 0.3;

    private const int Runs = 3;

    [Fact]
    public async Task A_turning_wall_and_a_models_page_hold_on_to_nothing()
    {
        await using var product = await ProductProcess.StartAsync();
        foreach (var name in new[] { "four", "five" })
            await FourModel.ImportAsync(product, name, promote: true);
        await using var chromium = await Chromium.LaunchAsync();
        using var ending = new CancellationTokenSource();
        var history = QuickHistory.RunAsync(product.Address, "four", ending.Token);
        var lines = new List<string>();

        // What is held on to grows in every run; what only fills up, on a busy machine slowly, has done so by the next one.
        SoakReport report;
        var run = 0;
        do
        {
            lines.Add($"run {++run}");
            report = await Soak.RunAsync(chromium, product.Address, product.Id, [("wall", "/wall?every=3"), ("model page", "/models/four")],
                TimeSpan.FromSeconds(20 * run), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), lines.Add);
        }
        while (!report.IsFlat(Tolerance) && run < Runs);

        await ending.CancelAsync();
        await history;
        Assert.True(report.IsFlat(Tolerance), report.Write(Tolerance) + "\n" + string.Join('\n', lines));
    }
}
