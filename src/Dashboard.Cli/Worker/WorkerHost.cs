using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Dashboard.Core;

namespace Dashboard.Cli.Worker;

/// <summary>What every child process of the control room does: it works on a folder, talks JSON lines on standard output, and ends when its standard input does.</summary>
internal static class WorkerHost
{
    /// <summary>The file in the folder that says what to do.</summary>
    public const string SpecFile = "spec.json";

    private const int Done = 0, Failed = 1, Usage = 2;
    private const int SignalAbort = 6;

    /// <summary>Runs on the calling thread from begin to end: the native library's threads inherit its low priority.</summary>
    /// <param name="command">The command's name, for whoever calls it by hand and wrongly.</param>
    /// <param name="work">Does the work of a folder; its last message says what became of it.</param>
    public static int Run(string command, IReadOnlyList<string> arguments, Func<string, WorkerChannel, Result<WorkerMessage>> work)
    {
        if (arguments is not [var folder] || !File.Exists(Path.Combine(folder, SpecFile)))
        {
            Console.Error.WriteLine($"Expected: dashboard {command} FOLDER, where FOLDER holds {SpecFile}. The control room starts workers by itself.");
            return Usage;
        }

        LowerPriority();
        // The runtime swallows the first SIGABRT that comes from another process; whoever sends one wants the end.
        using var abort = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)SignalAbort, _ => Environment.FailFast("The worker was aborted."));
        using var channel = new WorkerChannel();
        channel.Listen();
        try
        {
            var outcome = work(folder, channel);
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
            // Not allowed here: the work runs at normal priority.
        }
    }
}
