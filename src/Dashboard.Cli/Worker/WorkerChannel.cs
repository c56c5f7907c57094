using System.Text;

namespace Dashboard.Cli.Worker;

/// <summary>The worker's side of the pipe to its host: messages out, and what the host says.</summary>
internal sealed class WorkerChannel : IDisposable
{
    private readonly Lock writing = new();
    private readonly StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };
    private readonly CancellationTokenSource cancelling = new();

    /// <summary>Cancelled when the host asks.</summary>
    public CancellationToken Cancelled => cancelling.Token;

    public void Step(string text, double progress) => Send(new StepMessage(text, progress));

    public void Log(string line) => Send(new LogMessage(line));

    public void Send(WorkerMessage message)
    {
        lock (writing)
            output.WriteLine(message.ToLine());
    }

    /// <summary>
    /// Listens on a thread of its own. The end of standard input means that the host has gone, however it went: then this process ends at once and by force,
    /// because native code may hold every other way out, and nobody is left to read why.
    /// </summary>
    public void Listen() => new Thread(() =>
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (input.ReadLine() is { } line)
        {
            if (line == WorkerCancel.Line)
                cancelling.Cancel();
        }

        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    })
    { IsBackground = true, Name = "host" }.Start();

    public void Dispose() => output.Dispose();
}
