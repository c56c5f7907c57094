using Dashboard.Cli.Worker;

namespace Dashboard.Cli;

public static class Program
{
    private const int Usage = 2;

    public static int Main(string[] args)
    {
        if (args is ["worker", .. var rest])
            return WorkerCommand.Run(rest);
        Console.Error.WriteLine("Expected: dashboard worker FOLDER.");
        return Usage;
    }
}
