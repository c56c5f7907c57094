using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Storage.Experiments;

/// <summary>Reads the reports that a training left among its run's artifacts.</summary>
public sealed class RunReports(RunQueries runs)
{
    /// <summary>The name of the evaluation on held-out rows.</summary>
    public const string EvaluationFile = "evaluation.json";

    /// <summary>The name of the comparison with the champion.</summary>
    public const string ComparisonFile = "comparison.json";

    /// <summary>The evaluation, or null where the run has none (yet).</summary>
    public Task<Result<EvaluationReport?>> EvaluationAsync(string runId, CancellationToken ct) => ReadAsync<EvaluationReport>(runId, EvaluationFile, ct);

    /// <summary>The comparison with the champion of its time, or null where there was none.</summary>
    public Task<Result<ChallengerComparison?>> ComparisonAsync(string runId, CancellationToken ct) => ReadAsync<ChallengerComparison>(runId, ComparisonFile, ct);

    private async Task<Result<T?>> ReadAsync<T>(string runId, string name, CancellationToken ct)
        where T : class
    {
        await using var file = runs.OpenArtifact(runId, name);
        if (file is null)
            return (T?)null;
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(file, CanonicalJson.Options, ct);
        }
        catch (JsonException exception)
        {
            return new Conflict($"The run's file '{name}' is damaged: {exception.Message}");
        }
    }
}
