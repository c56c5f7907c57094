using Dashboard.Cli.Worker;
using Dashboard.Core;

namespace Dashboard.Cli.Analysis;

/// <summary><c>dashboard analyse FOLDER</c>: says why a model's performance changed, from the rows that FOLDER holds.</summary>
public static class AnalyseCommand
{
    public const string Name = "analyse";

    public static int Run(IReadOnlyList<string> arguments) => WorkerHost.Run(Name, arguments, (folder, channel) =>
    {
        var (reference, current) = (AnalysisRows.Read(Path.Combine(folder, AnalysisSpec.ReferenceFile)), AnalysisRows.Read(Path.Combine(folder, AnalysisSpec.CurrentFile)));
        if ((reference.Error ?? current.Error) is { } unreadable)
            return unreadable;
        var report = new ChangeWork(AnalysisSpec.Read(folder), reference.Value, current.Value, channel.Step).Run(channel.Cancelled);
        File.WriteAllBytes(Path.Combine(folder, AnalysisSpec.ResultFile), CanonicalJson.SerializeToUtf8(report));
        return new AnalysedMessage();
    });
}
