namespace Dashboard.Web.Live;

/// <summary>What a model's service does at this moment.</summary>
/// <param name="Predictions">All that were ever answered or observed.</param>
/// <param name="RequestsPerSecond">Over the last ten seconds; right after the first viewer came, over the last minute.</param>
/// <param name="PredictionsPerSecond">As <paramref name="RequestsPerSecond"/>; also counts what was predicted elsewhere and sent in.</param>
/// <param name="ErrorRate">The share of requests that failed over the last minute, 0 to 1; null without requests.</param>
/// <param name="ServerErrorRate">Of the requests, those that the service itself failed (status 500 and up).</param>
/// <param name="P95">Latency over the last minute in microseconds; null without answered requests.</param>
/// <param name="LastPrediction">When the last prediction came; null: never.</param>
public sealed record ModelPulse(string Model, long Predictions, double RequestsPerSecond, double PredictionsPerSecond, double? ErrorRate, double? ServerErrorRate, double? P95, DateTimeOffset? LastPrediction);
