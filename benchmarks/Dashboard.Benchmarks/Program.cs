using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Dashboard.Benchmarks;

internal static class Program
{
    /// <summary>dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- --filter '*TreeWalk*'</summary>
    private static void Main(string[] args)
    {
        // In this process, because the project that BenchmarkDotNet would generate asks for a package that the registry does not hold.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
    }
}
