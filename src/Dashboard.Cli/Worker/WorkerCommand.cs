using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Dashboard.Cli.Worker;

/// <summary><c>dashboard worker FOLDER</c>: trains what FOLDER/spec.json asks for. Started by the host; it talks JSON lines on standard output and ends when its standard input does.</summary>
public static class WorkerCommand
{
    private const int Done = 0, Failed = 1, Usage = 2;
    private const int SignalAbort = 6;

    /// <summary>Runs on the calling thread from begin to end: the native library's threads inherit its low priority.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var folder] || !File.Exists(Path.Combine(folder, WorkerSpec.FileName)))
        {
            Console.Error.WriteLine($"Expected: dashboard worker FOLDER, where FOLDER holds {WorkerSpec.FileName}. The control room starts workers by itself.");
            return Usage;
        }

        LowerPriority();
        // The runtime swallows the first SIGABRT that comes from another process; whoever sends one wants the end.
        using var abort = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)SignalAbort, _ => Environment.FailFast("The worker was aborted."));
        using var channel = new WorkerChannel();
        channel.Listen();
        try
        {
            var outcome = new TrainingWork(WorkerSpec.Read(folder), channel).Run(channel.Cancelled);
            channel.Send(outcome.Error is { } error ? new FailedMessage(error.Message) : outcome.Value);
            return outcome.IsSuccess ? Done : Failed;
        }
        catch (OperationCanceledException) when (channel.Cancelled.IsCancellationRequested)
        {
            channel.Send(new FailedMessage("Cancelled.", Cancelled: true));
            return Failed;
        }
        catch (Exception exception) when (exception is XGBoost.XGBoostException or IOException or JsonException or OutOfMemoryException)
        {
            channel.Log(exception.ToString());
            channel.Send(new FailedMessage(exception.Message));
            return Failed;
        }
    }

    /// <summary>Serving comes first on a machine that does both.</summary>
    private static void LowerPriority()
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            self.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Win32Exception)
        {
            // Not allowed here: the training runs at normal priority.
        }
    }
}
