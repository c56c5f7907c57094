using System.Collections.Concurrent;
using System.Diagnostics;

namespace Dashboard.Browser.Tests.Product;

/// <summary>The product as people run it: a process of its own, on a free port, in a data directory that goes with it unless one is given.</summary>
public sealed class ProductProcess : IAsyncDisposable
{
    private const string ListeningOn = "Now listening on: ";

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool ownsDirectory;

    private ProductProcess(string dataDirectory, bool ownsDirectory, string url, IEnumerable<string> settings)
    {
        DataDirectory = dataDirectory;
        this.ownsDirectory = ownsDirectory;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Dashboard.Web.dll"));
        foreach (var argument in settings.Prepend("--Dashboard:Authentication:Mode=Open").Prepend($"--Dashboard:DataDirectory={dataDirectory}").Prepend($"--urls={url}"))
            start.ArgumentList.Add(argument);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The host ended before it listened:\n{Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string DataDirectory { get; }

    public Uri Address => address.Task.Result;

    public int Id => process.Id;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What it printed so far.</summary>
    public string Output => string.Join('\n', output);

    public static Task<ProductProcess> StartAsync(params string[] settings) => StartInAsync(null, "http://127.0.0.1:0", settings);

    /// <summary>Starts on a given address in a directory that stays, for tests that kill and start again.</summary>
    public static async Task<ProductProcess> StartInAsync(string? dataDirectory, string url, params string[] settings)
    {
        var path = dataDirectory ?? Directory.CreateTempSubdirectory("dashboard-product-").FullName;
        var product = new ProductProcess(path, ownsDirectory: dataDirectory is null, url, settings);
        var uri = await product.address.Task.WaitAsync(TimeSpan.FromMinutes(4));
        product.Client = new HttpClient { BaseAddress = uri };
        return product;
    }

    /// <summary>SIGKILL: the host has no say.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        output.Enqueue(line);
        var at = line.IndexOf(ListeningOn, StringComparison.Ordinal);
        if (at >= 0)
            address.TrySetResult(new Uri(line[(at + ListeningOn.Length)..].Trim()));
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        if (ownsDirectory)
            DataFolder.Delete(DataDirectory);
    }
}
