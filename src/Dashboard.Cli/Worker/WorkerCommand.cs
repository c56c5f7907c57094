namespace Dashboard.Cli.Worker;

/// <summary><c>dashboard worker FOLDER</c>: trains what FOLDER/spec.json asks for.</summary>
public static class WorkerCommand
{
    public const string Name = "worker";

    public static int Run(IReadOnlyList<string> arguments) => WorkerHost.Run(Name, arguments, (folder, channel) =>
        new TrainingWork(WorkerSpec.Read(folder), channel).Run(channel.Cancelled).Match<Core.Result<WorkerMessage>>(done => done, error => error));
}
