using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Web.Hosting;

namespace Dashboard.Web.Serving;

/// <summary>The rows of one request, scored.</summary>
/// <param name="Features">Encoded features, an array a row.</param>
/// <param name="Outputs">What the model computed, an array a row.</param>
internal readonly record struct ScoredRows(ServedModel Model, InputValue[][] Inputs, float[][] Features, float[][] Outputs);

/// <summary>Scores requests whatever their protocol, and hands what happened to monitoring, and to the rollout if one decided, once the answer is made.</summary>
internal sealed partial class Predictor(PredictionQueue queue, ServiceCounters counters, QualityCounters quality, Settings settings, ILogger<Predictor> logger)
{
    /// <summary>Reads and scores by the version that was chosen. What a challenger cannot answer, for whatever reason, the champion answers: a rollout must not cost the caller a prediction.</summary>
    /// <returns>What is wrong with the request.</returns>
    public Error? Answer(ref VersionChoice choice, Protocol protocol, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, DateTimeOffset arrivedAt, out PredictionRequest request, out ScoredRows scored)
    {
        if (choice.Split is not null && choice.Assignment.Arm == Arm.Challenger)
        {
            if (TryAnswer(choice, protocol, json, binary, arrivedAt, out request, out scored))
                return null;
            choice.CountFailure();
            choice = choice.FallBack();
        }

        try
        {
            if (Read(choice, protocol, json, binary, arrivedAt, out request) is { } error)
            {
                scored = default;
                choice.CountFailure();
                return error;
            }

            scored = Score(choice.Model, request.Rows);
            return null;
        }
        catch (Exception)
        {
            choice.CountFailure();
            throw;
        }
    }

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
    public void Answered(in ScoredRows scored, in PredictionRequest request, in VersionChoice choice, DateTimeOffset arrivedAt, TimeSpan latency)
    {
        choice.CountAnswer(latency, scored.Outputs);
        var microseconds = latency.TotalMicroseconds;
        counters.Answered(scored.Model, arrivedAt, microseconds, scored.Inputs.Length);
        for (var i = 0; i < scored.Inputs.Length; i++)
        {
            queue.TryWrite(new PredictionRecord
            {
                Model = scored.Model,
                Id = request.IdOf(i),
                EntityKey = request.Entity,
                Split = choice.Split,
                Assignment = choice.Assignment,
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

    private bool TryAnswer(in VersionChoice choice, Protocol protocol, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, DateTimeOffset arrivedAt, out PredictionRequest request, out ScoredRows scored)
    {
        (request, scored) = (default, default);
        try
        {
            if (Read(choice, protocol, json, binary, arrivedAt, out request) is not null)
                return false;
            scored = Score(choice.Model, request.Rows);
            return true;
        }
        catch (Exception exception)
        {
            if (choice.Split!.Tally.IsFirstFailure())
                LogChallenger(logger, exception, choice.Model.Number, choice.Model.Name);
            return false;
        }
    }

    private Error? Read(in VersionChoice choice, Protocol protocol, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, DateTimeOffset arrivedAt, out PredictionRequest request)
    {
        var error = protocol.Read(choice.Model, json, binary, settings.Serving.MaxRows, out request);
        request.Id ??= choice.MadeId ?? PredictionRequest.MakeId(arrivedAt);
        request.Entity = choice.Entity ?? request.Entity;
        return error;
    }

    [LoggerMessage(LogLevel.Error, "Version {Version} of {Model}, which is being rolled out, failed at a request; the champion answered instead. Further failures of this stage are counted and not logged")]
    private static partial void LogChallenger(ILogger logger, Exception exception, int version, string model);
}
