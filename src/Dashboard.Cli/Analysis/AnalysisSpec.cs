using Dashboard.Cli.Worker;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.RootCause;
using Dashboard.Core.Training;

namespace Dashboard.Cli.Analysis;

/// <summary>What the host asks of an analysis: spec.json in its folder, beside the rows of both sides. The worker leaves result.json there, a <see cref="ChangeReport"/>.</summary>
/// <param name="Preprocessing">What the rows' features are.</param>
/// <param name="DecisionThreshold">From which probability on a binary model says yes.</param>
/// <param name="Loss">What is explained.</param>
/// <param name="LibraryPath">Path of libxgboost; null: the system's own.</param>
/// <param name="Notes">What the host knows to say of the rows; the report begins with it.</param>
public sealed record AnalysisSpec(Preprocessing Preprocessing, ModelTask Task, double DecisionThreshold, LossKind Loss, string? LibraryPath, IReadOnlyList<string> Notes)
{
    public const string ReferenceFile = "reference.rows";
    public const string CurrentFile = "current.rows";
    public const string ResultFile = "result.json";

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="System.Text.Json.JsonException">It is not of this form.</exception>
    public static AnalysisSpec Read(string folder) => CanonicalJson.Deserialize<AnalysisSpec>(File.ReadAllBytes(Path.Combine(folder, WorkerHost.SpecFile)));

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, WorkerHost.SpecFile), CanonicalJson.SerializeToUtf8(this));
}
