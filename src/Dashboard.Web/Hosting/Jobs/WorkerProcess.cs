using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Dashboard.Cli.Worker;

namespace Dashboard.Web.Hosting.Jobs;

/// <summary>How a worker ended.</summary>
/// <param name="StandardError">The last lines that it wrote there.</param>
internal sealed record WorkerExit(int Code, string StandardError)
{
    /// <summary>For people: the exit code or the signal by name, then what the process said last.</summary>
    public string Describe()
    {
        var how = Code > 128
            ? $"The worker was ended by signal {SignalName(Code - 128)} ({Code - 128})."
            : $"The worker ended with exit code {Code} and without a result.";
        return StandardError.Length == 0 ? how : $"{how}\n{StandardError}";
    }

    private static string SignalName(int number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => "number",
    };
}

/// <summary>A child process that trains or analyses. Its standard input stays open as long as this process lives; when it closes, the child ends itself.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int ErrorLines = 30;

    private readonly Process process;
    private readonly Channel<WorkerMessage> messages = Channel.CreateUnbounded<WorkerMessage>(new() { SingleReader = true });
    private readonly Queue<string> errors = new();
    private readonly Task reading;

    private WorkerProcess(Process process)
    {
        this.process = process;
        Id = process.Id;
        reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    public int Id { get; }

    /// <summary>What the worker says; completes when its output does.</summary>
    public ChannelReader<WorkerMessage> Messages => messages.Reader;

    /// <summary>Starts <c>dashboard COMMAND FOLDER</c> from beside this program.</summary>
    /// <param name="jobFolder">The folder that holds what to do.</param>
    /// <param name="command">By default a training.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static WorkerProcess Start(string jobFolder, string command = WorkerCommand.Name)
    {
        var start = Command();
        start.ArgumentList.Add(command);
        start.ArgumentList.Add(jobFolder);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = jobFolder;
        // OpenMP's threads spin while they wait, on the processors that serving needs, unless they are told not to.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        return new(Process.Start(start) ?? throw new InvalidOperationException("The worker did not start."));
    }

    /// <summary>By the runtime that this process runs on, where it has a launcher; otherwise (a self-contained publication) by the program's own.</summary>
    private static ProcessStartInfo Command()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "dashboard.dll");
        var launcher = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(launcher)
            ? new ProcessStartInfo(launcher, [library])
            : new ProcessStartInfo(Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null));
    }

    /// <summary>Asks the worker to stop, and ends it with its children when it has not after the grace period.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(WorkerCancel.Line);
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has gone already.
        }

        using var patience = new CancellationTokenSource(grace);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
    }

    public void Kill()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    /// <summary>Waits for the end of the process and of what it wrote.</summary>
    public async Task<WorkerExit> WaitAsync()
    {
        await process.WaitForExitAsync();
        await reading;
        lock (errors)
            return new(process.ExitCode, string.Join('\n', errors));
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            messages.Writer.TryWrite(WorkerMessage.Parse(line));
        messages.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            messages.Writer.TryWrite(new LogMessage(line));
            lock (errors)
            {
                errors.Enqueue(line.Length <= 1_000 ? line : string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, 999)}…"));
                if (errors.Count > ErrorLines)
                    errors.Dequeue();
            }
        }
    }
}
