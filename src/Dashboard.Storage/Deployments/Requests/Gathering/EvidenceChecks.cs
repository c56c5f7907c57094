using System.Globalization;
using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry.Signing;
using Dashboard.Storage.Data;

namespace Dashboard.Storage.Deployments.Requests.Gathering;

/// <summary>The checks that look at one version, its package, its data and live traffic. Each says its figures in words.</summary>
internal static class EvidenceChecks
{
    /// <summary>Above this a feature's live values are taken to come from elsewhere than its reference (Siddiqi 2006: above 0.25 a population has shifted).</summary>
    public const double LargestDistance = 0.25;

    /// <summary>How far an answer may lie from the one that the version gave when it was made, as a share of it where it is above 1.</summary>
    private const double SmokeTolerance = 1e-3;

    /// <summary>The figure of how many signatures counted when the evidence was gathered.</summary>
    public const string TrustedSignatures = "trustedSignatures";

    /// <summary>A package that nobody signed is whole, and that is not all that was asked: it is shown as not judged, and fails by a policy that asks for a signature.</summary>
    public static CheckResult Package(Candidate challenger, PackageTrust trust)
    {
        if (challenger.Package.Error is { } damaged)
            return CheckResult.Failed(CheckNames.Package, damaged.Message);
        var words = Text($"{challenger.Manifest.Files.Count} files, {challenger.Bytes / 1024.0 / 1024:0.0} MB: every hash is as the manifest lists it, and the manifest’s is {challenger.Row.Digest[..12]}…, as registered. {trust.Words}");
        return new(CheckNames.Package, trust.HasWrong ? CheckVerdict.Failed : trust.IsTrusted ? CheckVerdict.Passed : CheckVerdict.NotApplicable, words,
            [new("bytes", challenger.Bytes, "bytes"), new("signatures", trust.Signatures.Count), new(TrustedSignatures, trust.TrustedCount)]);
    }

    public static CheckResult Smoke(Candidate challenger)
    {
        if (challenger.Served.Error is { } broken)
            return CheckResult.Failed(CheckNames.Smoke, broken.Message);
        const string domain = "Rows from all over its signature’s domain are answered";
        if (challenger.HeldOut is not { Count: > 0 } held)
            return CheckResult.Passed(CheckNames.Smoke, $"{domain}. Its package holds no rows with the answers that it gave when it was made.");
        var answers = Candidate.Score(challenger.Served.Value, held.Features);
        var (worst, at) = (0.0, 0);
        for (var i = 0; i < answers.Length; i++)
            if (Math.Abs(answers[i] - held.Outputs[i]) / Math.Max(1, Math.Abs(held.Outputs[i])) is var off && !(off <= worst))
                (worst, at) = (off, i);
        var words = Text($"{domain}, and {held.Count:N0} held-out rows as when it was made: the largest difference is {(worst == 0 ? "0" : worst.ToString("0.0e+0", CultureInfo.InvariantCulture))}");
        return worst <= SmokeTolerance ? CheckResult.Passed(CheckNames.Smoke, $"{words}.", new CheckFigure("largestDifference", worst))
            : CheckResult.Failed(CheckNames.Smoke, Text($"{words} ({answers[at]} where it gave {held.Outputs[at]}); at most {SmokeTolerance:0.0e+0} is rounding."), new CheckFigure("largestDifference", worst));
    }

    public static CheckResult Latency(LatencyFigures? latency, double budgetMs)
    {
        if (latency is null)
            return CheckResult.NotApplicable(CheckNames.Latency, "The version could not be loaded, or has no rows to be timed with.");
        var words = Text($"Median {latency.Median:0.0} µs and 99th percentile {latency.P99:0.0} µs a row over {latency.Rows:N0} rows, from raw inputs to the answer, on one thread of this host; the budget is {budgetMs:0.###} ms.");
        CheckFigure[] figures = [new("p99", latency.P99 / 1000, "ms"), new("median", latency.Median / 1000, "ms"), new("budget", budgetMs, "ms")];
        return latency.P99 / 1000 <= budgetMs ? CheckResult.Passed(CheckNames.Latency, words, figures) : CheckResult.Failed(CheckNames.Latency, words, figures);
    }

    public static CheckResult Schema(Candidate challenger, LiveInputs? live)
    {
        if (challenger.Served.Error is not null)
            return CheckResult.NotApplicable(CheckNames.Schema, "The version could not be loaded.");
        if (live is not { Rows.Count: > 0 })
            return CheckResult.NotApplicable(CheckNames.Schema, "There is no live traffic to hold its signature against.");
        var model = challenger.Served.Value;
        var features = live.EncodeFor(model.Encoder, out var absent);
        if (absent.Count > 0)
            return CheckResult.Failed(CheckNames.Schema, $"It reads {string.Join(", ", absent.OrderByDescending(one => one.Value).Take(5).Select(one => Text($"‘{one.Key}’ (not in {one.Value:N0} of {live.Rows.Count:N0} recent requests)")))}, which callers do not send, or send as another type.",
                [.. absent.Take(20).Select(one => new CheckFigure(one.Key, one.Value, "rows"))]);
        var answers = Candidate.Score(model, features);
        var broken = Array.FindIndex(answers, answer => !float.IsFinite(answer));
        return broken < 0
            ? CheckResult.Passed(CheckNames.Schema, Text($"{live.Rows.Count:N0} recent requests have every input that it reads, and each is answered."), new CheckFigure("rows", live.Rows.Count, "rows"))
            : CheckResult.Failed(CheckNames.Schema, Text($"A recent request is answered by {answers[broken]}; expected a finite number."));
    }

    public static CheckResult Skew(Candidate challenger, LiveDrift? drift, LiveInputs? live)
    {
        if (challenger.Monitored?.Reference is null)
            return CheckResult.NotApplicable(CheckNames.Skew, "The package holds no reference profile to hold live inputs against.");
        if (drift is null)
            return CheckResult.NotApplicable(CheckNames.Skew, live is { Rows.Count: > 0 } few ? Text($"{few.Rows.Count:N0} live rows can be read; {LiveInputs.FewestRows} are needed.") : "There is no live traffic to compare with.");
        var skewed = drift.Features.Where(feature => feature.Distance > LargestDistance).ToList();
        var range = Text($"{drift.Rows:N0} live rows from {drift.From:d MMM yyyy} to {drift.To:d MMM yyyy}");
        CheckFigure[] figures = [.. drift.Features.Take(10).Select(feature => new CheckFigure(feature.Feature, feature.Distance))];
        return skewed.Count == 0
            ? CheckResult.Passed(CheckNames.Skew, drift.Features is [var worst, ..] ? Text($"{range} look like its reference: the largest distance is {worst.Distance:0.000} ({worst.Feature}), above {LargestDistance} would be another population.") : $"{range}: it has no inputs but times.", figures)
            : CheckResult.Failed(CheckNames.Skew, Text($"{range} differ from its reference in {string.Join(", ", skewed.Take(5).Select(feature => Text($"{feature.Feature} (PSI {feature.Distance:0.000})")))}; above {LargestDistance} is another population."), figures);
    }

    /// <summary>Reads the whole file: gzip's own checksum finds a changed byte, its length a cut.</summary>
    public static async Task<CheckResult> DatasetAsync(Candidate challenger, DatasetVersion? data, DatasetStore datasets, CancellationToken ct)
    {
        if (challenger.Manifest.DatasetVersion is not { } hash)
            return CheckResult.NotApplicable(CheckNames.Dataset, "It was not trained here: its package names no dataset version.");
        if (data is null)
            return CheckResult.Failed(CheckNames.Dataset, $"Dataset version {hash[..Math.Min(12, hash.Length)]}… is not here any more, so the training cannot be repeated.");
        var name = $"{data.Dataset.Name} v{data.Number}";
        try
        {
            await using var content = datasets.OpenCanonical(hash);
            var (bytes, buffer) = (0L, new byte[1 << 16]);
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
                bytes += read;
            if (bytes != data.Bytes)
                return CheckResult.Failed(CheckNames.Dataset, Text($"The file of {name} holds {bytes:N0} bytes; registered were {data.Bytes:N0}."));
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            return CheckResult.Failed(CheckNames.Dataset, $"The file of {name} cannot be read: {fault.Message}");
        }

        var schema = CanonicalJson.Deserialize<DatasetProfile>(data.ProfileJson).Schema;
        return challenger.Manifest.Preprocessing.Inputs.FirstOrDefault(input => schema.IndexOf(input.Name) < 0) is { } lost
            ? CheckResult.Failed(CheckNames.Dataset, $"{name} has no column ‘{lost.Name}’, which the version reads.")
            : CheckResult.Passed(CheckNames.Dataset, Text($"{name}, {data.Rows:N0} rows, is here, its file is whole, and it has every column that the version reads."), new CheckFigure("rows", data.Rows, "rows"));
    }

    public static CheckResult Segments(IReadOnlyList<SegmentComparison> segments, PromotionMargins margins, string? whyNot)
    {
        if (margins.Segments.Count == 0)
            return CheckResult.NotApplicable(CheckNames.Segments, "The policy names no segments.");
        if (whyNot is not null)
            return CheckResult.NotApplicable(CheckNames.Segments, whyNot);
        var judged = margins.Segments.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => segments.FirstOrDefault(segment => segment.Name == pair.Key) switch
        {
            null => CheckResult.NotApplicable(pair.Key, "the model has no such segment"),
            { Difference: { } difference } segment => MarginRule.Judge(pair.Key, difference, pair.Value, Text($"on {segment.Rows:N0} rows")),
            { WhyNot: var why } => CheckResult.NotApplicable(pair.Key, why ?? "it cannot be compared"),
        }).ToList();
        var verdict = judged.Exists(one => one.Verdict == CheckVerdict.Failed) ? CheckVerdict.Failed : judged.Exists(one => one.Verdict == CheckVerdict.NotApplicable) ? CheckVerdict.NotApplicable : CheckVerdict.Passed;
        return new(CheckNames.Segments, verdict, string.Join(' ', judged.Select(one => $"{one.Name}: {one.Words.TrimEnd('.')}.")), [.. judged.SelectMany(one => one.Figures.Where(figure => figure.Name == "difference").Select(figure => figure with { Name = one.Name }))]);
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
