using Dashboard.Cli.Commands;
using Dashboard.Cli.Worker;

namespace Dashboard.Cli;

public static class Program
{
    /// <summary><c>dashboard worker FOLDER</c> is how the host starts a training; everything else is for people.</summary>
    public static async Task<int> Main(string[] args) =>
        args is ["worker", .. var rest] ? WorkerCommand.Run(rest) : await CommandLine.RunAsync(args);
}
