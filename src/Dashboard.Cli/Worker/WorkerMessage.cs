using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Core;

namespace Dashboard.Cli.Worker;

/// <summary>What the host writes to a worker's standard input to make it stop.</summary>
public static class WorkerCancel
{
    public const string Line = "cancel";
}

/// <summary>One line of a worker's standard output, as JSON with its <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StepMessage), "step")]
[JsonDerivedType(typeof(LogMessage), "log")]
[JsonDerivedType(typeof(MetricMessage), "metric")]
[JsonDerivedType(typeof(DoneMessage), "done")]
[JsonDerivedType(typeof(AnalysedMessage), "analysed")]
[JsonDerivedType(typeof(FailedMessage), "failed")]
public abstract record WorkerMessage
{
    public string ToLine() => JsonSerializer.Serialize(this, CanonicalJson.Options);

    /// <summary>Reads a line; one that is no message (a native library that prints) is a line of the log.</summary>
    public static WorkerMessage Parse(string line)
    {
        if (line.StartsWith('{'))
        {
            try
            {
                if (JsonSerializer.Deserialize<WorkerMessage>(line, CanonicalJson.Options) is { } message)
                    return message;
            }
            catch (JsonException)
            {
                // Not ours: falls through to the log, where a person can read it.
            }
        }

        return new LogMessage(line);
    }
}

/// <summary>What the worker does now.</summary>
/// <param name="Progress">0 to 1 over the whole job.</param>
public sealed record StepMessage(string Text, double Progress) : WorkerMessage;

public sealed record LogMessage(string Line) : WorkerMessage;

/// <summary>The metrics of one boosting round, by names such as <c>train_auc</c> and <c>validation_auc</c>.</summary>
/// <param name="Round">Counted from 1.</param>
public sealed record MetricMessage(int Round, int Of, IReadOnlyDictionary<string, double> Values) : WorkerMessage;

/// <summary>The work is done and everything is in the output folder.</summary>
/// <param name="Metrics">The figures on the held-out rows.</param>
public sealed record DoneMessage(IReadOnlyDictionary<string, double> Metrics, int Rounds, long TrainRows, long ValidationRows, long TestRows) : WorkerMessage;

/// <summary>The analysis is done and its report lies in the folder.</summary>
public sealed record AnalysedMessage : WorkerMessage;

/// <summary>The work cannot be done.</summary>
/// <param name="Cancelled">True when it stopped because it was asked to.</param>
public sealed record FailedMessage(string Error, bool Cancelled = false) : WorkerMessage;
