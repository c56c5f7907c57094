using Dashboard.Core;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Storage.Serving.Nodes;

/// <summary>Predictions on their way from a node to the control room: what the log keeps, in the log's own form.</summary>
public static class PredictionWire
{
    public static NodePrediction Of(PredictionRecord record)
    {
        byte[] buffer = new byte[256];
        var length = PredictionPayload.Write(ref buffer, record.Outputs, record.Inputs);
        return new(record.Model.Name, record.Model.ModelId, record.Model.VersionId, record.Id, record.EntityKey, record.ArrivedAt, record.EventTime, record.LatencyMicroseconds,
            record.Split is { } split ? new ChosenBy(split.Rollout, split.Stage, record.Assignment.Arm, record.Assignment.IsForced) : null, buffer[..length]);
    }

    /// <summary>Reads a prediction as one of the version that made it.</summary>
    /// <param name="split">The model's split now; the record gets it where it is the one that chose.</param>
    /// <returns>The record, or what is wrong with the payload.</returns>
    public static Result<PredictionRecord> Read(NodePrediction sent, ServedModel model, RouteSplit? split)
    {
        try
        {
            var outputs = PredictionPayload.Outputs(sent.Payload);
            if (outputs.Length != model.Scorer.OutputCount)
                return InvalidValue.Of("payload", $"{outputs.Length} outputs", $"{model.Scorer.OutputCount}, as version {model.Number} of '{model.Name}' has");
            var inputs = PredictionPayload.Inputs(sent.Payload, model.Manifest.Preprocessing.Inputs.Count);
            var features = new float[model.Encoder.Width];
            model.Encoder.Encode(inputs, features);
            var chosen = sent.ChosenBy is { } by && split is not null && split.Rollout == by.Rollout && split.Stage == by.Stage ? by : (ChosenBy?)null;
            return new PredictionRecord
            {
                Model = model, Id = sent.Id, EntityKey = sent.Entity, ArrivedAt = sent.ArrivedAt, EventTime = sent.EventTime, Inputs = inputs, Features = features, Outputs = outputs,
                LatencyMicroseconds = sent.Latency, Split = chosen is null ? null : split, Assignment = chosen is { } one ? new Assignment(one.Arm, one.IsForced) : default,
            };
        }
        catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            return InvalidValue.Of("payload", $"{sent.Payload.Length} bytes", $"outputs and inputs of version {model.Number} of '{model.Name}' ({fault.Message})");
        }
    }
}
