using Dashboard.Core;
using Dashboard.Core.Monitoring.Segments;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Segments;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Monitoring.Predictions;

/// <summary>A filter that was checked against its model, its segments parsed.</summary>
internal sealed record PreparedSearch(int ModelId, PredictionFilter Filter, IReadOnlyList<SegmentExpression> Segments)
{
    /// <summary>Checks a filter and says which of its fields does not fit.</summary>
    public static async Task<Result<PreparedSearch>> OfAsync(string model, PredictionFilter filter, ModelSignatures signatures, IDbContextFactory<DashboardDb> factory, CancellationToken ct)
    {
        var found = await signatures.FindAsync(model, ct);
        if (!found.IsSuccess)
            return found.Error!;
        var (signature, segments) = (found.Value, new List<SegmentExpression>());
        if (filter.Segment is { } name)
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            if (await db.Segments.Where(s => s.ModelId == signature.ModelId && s.Name == name).Select(s => s.Expression).SingleOrDefaultAsync(ct) is not { } defined)
                return NotFound.In("model", model, "segment", name);
            segments.Add(SegmentExpression.Parse(defined).Value);
        }

        if (filter.Expression is { } text)
        {
            var typed = signature.Check(text);
            if (!typed.IsSuccess)
                return typed.Error!;
            segments.Add(typed.Value);
        }

        return Check(signature, filter) is { } fault ? fault : new PreparedSearch(signature.ModelId, filter, segments);
    }

    private static InvalidValue? Check(ModelSignature signature, PredictionFilter filter)
    {
        if (filter.From >= filter.To)
            return InvalidValue.Of("from", filter.From?.ToString("O"), $"a time before to ({filter.To:O})");
        if (filter.Minimum is double.NaN || filter.Minimum > filter.Maximum)
            return InvalidValue.Of("min", filter.Minimum.ToString(), filter.Maximum is { } most ? $"a number up to max ({most})" : "a number");
        if (filter.Maximum is double.NaN)
            return InvalidValue.Of("max", filter.Maximum.ToString(), "a number");
        var classes = signature.Versions.SelectMany(version => version.Manifest.Classes).Distinct(StringComparer.Ordinal).ToList();
        if (filter.Class is { } wanted && !classes.Contains(wanted))
            return InvalidValue.Of("class", wanted, classes.Count == 0 ? "nothing: a regression has no classes" : $"one of {Error.Shorten(string.Join(", ", classes))}");
        if (filter.Truth is TruthState.Right or TruthState.Wrong && signature.Versions.All(version => version.Manifest.Task == ModelTask.Regression))
            return InvalidValue.Of("truth", filter.Truth == TruthState.Right ? "right" : "wrong", "known or unknown: a regression's number is neither right nor wrong");
        return null;
    }
}
