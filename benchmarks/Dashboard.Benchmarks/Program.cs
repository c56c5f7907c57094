using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Dashboard.Benchmarks.Live;
using Dashboard.Benchmarks.Monitoring;
using Dashboard.Benchmarks.Monitoring.Detection;
using Dashboard.Benchmarks.Serving;

namespace Dashboard.Benchmarks;

internal static class Program
{
    /// <summary>
    /// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- --filter '*TreeWalk*' for one benchmark,
    /// -- serving HOST PEERS for the published host against the peers' folder,
    /// -- nodes HOST for what a serving node costs and how soon it obeys,
    /// -- split [seconds] for what a rollout costs a request,
    /// -- ingest [seconds] for observations over HTTP, -- detection for how soon a rise of an error rate is found,
    /// -- drift [flights.csv.gz] for comparisons of tables, -- blocks [flights.csv.gz] for decisions by the reference's blocks,
    /// -- live HOST for the time from a prediction to a changed pixel,
    /// -- soak HOST [minutes] for what a wall that stays open holds on to; without arguments every benchmark.
    /// </summary>
    private static async Task<int> Main(string[] args)
    {
        if (args is ["soak", var soaked, ..])
            return await SoakRun.RunAsync(soaked, args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 60);
        await MeasureAsync(args);
        return 0;
    }

    private static async Task MeasureAsync(string[] args)
    {
        if (args is ["serving", var host, var peers])
        {
            await ServingComparison.RunAsync(host, peers);
            return;
        }

        if (args is ["nodes", var nodeHost])
        {
            await NodeMeasurement.RunAsync(nodeHost);
            return;
        }

        if (args is ["split", ..])
        {
            await SplitCost.RunAsync(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 3);
            return;
        }

        if (args is ["ingest", ..])
        {
            await IngestionLoad.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15);
            return;
        }

        if (args is ["detection"])
        {
            DetectionComparison.Run();
            return;
        }

        if (args is ["drift", ..])
        {
            await DriftMeasurement.RunAsync(args.Length > 1 ? args[1] : FlightSample.Path);
            return;
        }

        if (args is ["blocks", ..])
        {
            await BlockMeasurement.RunAsync(args.Length > 1 ? args[1] : FlightSample.Path);
            return;
        }

        if (args is ["live", var liveHost])
        {
            await LivePath.RunAsync(liveHost);
            return;
        }

        // In this process, because the project that BenchmarkDotNet would generate asks for a package that the registry does not hold.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, DefaultConfig.Instance.AddJob(job));
    }
}
