using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>The rows of one request, scored.</summary>
/// <param name="Features">Encoded features, an array a row.</param>
/// <param name="Outputs">What the model computed, an array a row.</param>
internal readonly record struct ScoredRows(ServedModel Model, InputValue[][] Inputs, float[][] Features, float[][] Outputs);

/// <summary>Scores requests whatever their protocol, and hands what happened to monitoring once the answer is made.</summary>
internal sealed class Predictor(PredictionQueue queue, ServiceCounters counters, QualityCounters quality)
{
    public static ScoredRows Score(ServedModel model, InputValue[][] rows)
    {
        var features = new float[rows.Length][];
        var outputs = new float[rows.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            model.Encoder.Encode(rows[i], features[i] = new float[model.Encoder.Width]);
            model.Scorer.Score(features[i], outputs[i] = new float[model.Scorer.OutputCount]);
        }

        return new(model, rows, features, outputs);
    }

    /// <summary>Counts the request and puts a record for each row into the queue. It never waits: what the queue cannot take is counted there as not logged.</summary>
    public void Answered(in ScoredRows scored, in PredictionRequest request, DateTimeOffset arrivedAt, TimeSpan latency)
    {
        var microseconds = latency.TotalMicroseconds;
        counters.Answered(scored.Model, arrivedAt, microseconds);
        for (var i = 0; i < scored.Inputs.Length; i++)
        {
            queue.TryWrite(new PredictionRecord
            {
                Model = scored.Model,
                Id = request.IdOf(i),
                ArrivedAt = arrivedAt,
                EventTime = request.EventTimeOf(i, arrivedAt),
                Inputs = scored.Inputs[i],
                Features = scored.Features[i],
                Outputs = scored.Outputs[i],
                LatencyMicroseconds = (float)microseconds,
            });
        }
    }

    /// <summary>Counts what was wrong with a request that a model refused.</summary>
    public void Refused(ServedModel model, DateTimeOffset arrivedAt, Error error)
    {
        var fault = RequestFault.Of(error, model);
        quality.Count(model.ModelId, arrivedAt, fault.Kind, fault.Subject);
    }

    /// <summary>Counts a request for a registered model that got no prediction.</summary>
    public void Failed(string model, DateTimeOffset arrivedAt, int status) => counters.Failed(model, arrivedAt, status);
}
