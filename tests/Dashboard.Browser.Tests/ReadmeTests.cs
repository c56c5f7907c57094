using System.Diagnostics;
using Dashboard.Browser.Tests.Product;

namespace Dashboard.Browser.Tests;

/// <summary>The shell examples of the README, run by bash as they stand there, against the running demonstration.</summary>
[Collection(DemonstrationRuns.Name)]
public sealed class ReadmeTests(LiveDemonstration demonstration)
{
    private const string Fence = "```";

    [Fact]
    public async Task Its_commands_do_what_it_says()
    {
        await using var pause = await Demonstration.PauseAsync(demonstration.Product);
        var folder = Directory.CreateTempSubdirectory("dashboard-readme-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "flights.csv"), "date,delay,distance\n2001-01-01T00:47,14,361\n2001-01-01T00:51,-4,888\n");
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", "four.json"), Path.Combine(folder.FullName, "model.json"));
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", "four.csv"), Path.Combine(folder.FullName, "sample.csv"));
            foreach (var (name, shift) in new[] { ("january", 0), ("monday", 0), ("today", 3) })
                await File.WriteAllLinesAsync(Path.Combine(folder.FullName, $"{name}.csv"), [ "hour,delay", .. Enumerable.Range(0, 500).Select(i => $"{i % 24},{(i * 37 % 100) + (shift * 10)}")]);
            await RunAsync("dashboard profile monday.csv --out monday.profile", folder.FullName);
            var examples = Examples().Where(example => !example.StartsWith("make ", StringComparison.Ordinal)).ToList();

            var output = new List<string>();
            foreach (var example in examples)
                output.Add(await RunAsync(example, folder.FullName));

            using (var removed = await demonstration.Product.Client.DeleteAsync("/api/v1/nodes/eu-1"))
                Assert.True(removed.IsSuccessStatusCode);
            Assert.Equal(5, examples.Count);
            Assert.Contains("\"flights\"", output[0], StringComparison.Ordinal);
            Assert.Contains("higgs", output[1], StringComparison.Ordinal);
            Assert.Contains("\"id\":\"AA-17\"", output[2], StringComparison.Ordinal);
            Assert.Contains("Dashboard__Node__Key=dbn_", output[3], StringComparison.Ordinal);
            Assert.Contains("delay", output[4], StringComparison.Ordinal);
            Assert.Matches(@"delay.*drift", output[4]);
            Assert.Contains("\"refused\":0,\"rejectedCount\":0", output[2], StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The fenced blocks of shell.</summary>
    private static IEnumerable<string> Examples() =>
        File.ReadAllText(Path.Combine(SourceTree.Root, "README.md")).Split($"{Fence}sh\n").Skip(1).Select(block => block[..block.IndexOf($"\n{Fence}", StringComparison.Ordinal)]);

    /// <summary>Any command that fails, or is answered by anything but success, fails the example.</summary>
    private async Task<string> RunAsync(string example, string folder)
    {
        var address = demonstration.Product.Address.ToString().TrimEnd('/');
        var script = $"""
            set -euo pipefail
            export DASHBOARD_TOKEN=none # sign-in is turned off in this demonstration
            curl() (command curl --fail-with-body "$@")
            dashboard() (case $1 in models|node) set -- "$@" --url {address};; esac; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "dashboard.dll")}' "$@")
            {example.Replace("http://localhost:5080", address, StringComparison.Ordinal)}
            """;
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var shell = Process.Start(start)!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.True(shell.ExitCode == 0, $"{example}\nended with {shell.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }
}
