using Dashboard.Cli.Analysis;
using Dashboard.Cli.Commands;
using Dashboard.Cli.Worker;

namespace Dashboard.Cli;

public static class Program
{
    /// <summary><c>dashboard worker FOLDER</c> is how the host starts a training and <c>dashboard analyse FOLDER</c> an analysis; everything else is for people.</summary>
    public static async Task<int> Main(string[] args) => args switch
    {
        [WorkerCommand.Name, .. var rest] => WorkerCommand.Run(rest),
        [AnalyseCommand.Name, .. var rest] => AnalyseCommand.Run(rest),
        _ => await CommandLine.RunAsync(args),
    };
}
