using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Dashboard.Benchmarks.Monitoring;
using Dashboard.Benchmarks.Serving;

namespace Dashboard.Benchmarks;

internal static class Program
{
    /// <summary>
    /// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- --filter '*TreeWalk*' for one benchmark,
    /// -- serving HOST PEERS for the published host against the peers' folder,
    /// -- ingest [seconds] for observations over HTTP,
    /// -- drift [flights.csv.gz] for comparisons of tables; without arguments every benchmark.
    /// </summary>
    private static async Task Main(string[] args)
    {
        if (args is ["serving", var host, var peers])
        {
            await ServingComparison.RunAsync(host, peers);
            return;
        }

        if (args is ["ingest", ..])
        {
            await IngestionLoad.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15);
            return;
        }

        if (args is ["drift", ..])
        {
            await DriftMeasurement.RunAsync(args.Length > 1 ? args[1] : Path.Combine("src", "Dashboard.Web", "Samples", "flights-2001.csv.gz"));
            return;
        }

        // In this process, because the project that BenchmarkDotNet would generate asks for a package that the registry does not hold.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(job));
    }
}
