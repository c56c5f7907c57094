using Dashboard.Core;
using Dashboard.Core.Data;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Core.Registry;
using Dashboard.Storage.Data;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Signing;
using Dashboard.Storage.Serving;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests.Gathering;

/// <summary>Computes a request's evidence from facts that are there: the packages, the held-out rows in them, datasets, the log of live requests. It changes nothing, and takes seconds.</summary>
public sealed class EvidenceGatherer(IDbContextFactory<DashboardDb> factory, PolicyStore policies, PackageStore packages, LoadVersion load, VersionCatalog versions, DatasetStore datasets, SegmentStore segments, TelemetryDatabase telemetry, TimeProvider time)
{
    private const int MostTimed = 2_000;

    /// <summary>The evidence for a request as things are now.</summary>
    public async Task<Result<RequestEvidence>> GatherAsync(int requestId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.PromotionRequests.AsNoTracking().Include(r => r.Model).Include(r => r.Version).SingleOrDefaultAsync(r => r.Id == requestId, ct) is not { } request)
            return new NotFound("promotion request", $"{requestId}");
        var policy = (await policies.EffectiveAsync(db, request.ModelId, request.Environment, ct)).Policy;
        // Where an environment has no version yet, production's is what there is to compare with.
        var liveId = await TargetHistory.LiveAsync(db, request.Environment, request.ModelId, ct) ?? await TargetHistory.LiveAsync(db, RolloutTarget.Production, request.ModelId, ct);
        var live = await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(v => v.Id == liveId, ct);
        var challenger = await CandidateAsync(request.Version, ct);
        var champion = live is null || live.Id == request.VersionId ? null : await CandidateAsync(live, ct);

        var contest = champion is null ? new Conflict($"'{request.Model.Name}' has no other version live to compare with.") : HeldOutContest.Open(champion, challenger);
        var comparedOn = contest.Match(found => found.Rows, error => error.Message);
        var compared = contest.IsSuccess ? (await segments.ListAsync(request.Model.Name, ct)).Match(all => all.Select(contest.Value.Compare).ToList(), _ => []) : [];
        var data = challenger.Manifest.DatasetVersion is { } hash ? await datasets.FindVersionAsync(hash, ct) : null;
        var before = champion?.Manifest.DatasetVersion is { } former ? await datasets.FindVersionAsync(former, ct) : null;
        var traffic = LiveInputs.Read(telemetry, versions, request.ModelId, ct);
        var drift = Drift(challenger, champion, traffic);
        var latency = Time(challenger, champion);
        return new RequestEvidence(time.GetUtcNow(), request.Version.Digest, champion?.Row.Number, champion?.Row.Digest, contest.IsSuccess ? contest.Value.Scores.Judge(champion!.Row.Number) : null, comparedOn, compared,
            champion is null ? VersionChanges.None : VersionChanges.Between(champion.Manifest, Facts(before), challenger.Manifest, Facts(data)), drift, latency,
            new(challenger.Bytes, challenger.ModelBytes, champion?.Bytes, champion?.ModelBytes),
            [
                EvidenceChecks.Package(challenger, await PackageSignatures.TrustOfAsync(db, request.Version.Digest, ct)),
                EvidenceChecks.Schema(challenger, traffic),
                EvidenceChecks.Smoke(challenger),
                EvidenceChecks.Latency(latency, policy.LatencyBudgetMs),
                NotWorse(contest, policy, comparedOn),
                EvidenceChecks.Segments(compared, policy.Margins, contest.IsSuccess ? null : comparedOn),
                Calibrated(challenger),
                EvidenceChecks.Skew(challenger, drift, traffic),
                await EvidenceChecks.DatasetAsync(challenger, data, datasets, ct),
            ]);
    }

    private async Task<Candidate> CandidateAsync(ModelVersion version, CancellationToken ct)
    {
        var monitored = versions.Find(version.Id);
        return new(version, CanonicalJson.Deserialize<ModelManifest>(version.ManifestJson), await packages.ReadAsync(version.Digest, ct), await load(version.ModelId, version.Id, ct), monitored,
            monitored is null ? null : versions.ReferenceRowsOf(monitored));
    }

    private static CheckResult NotWorse(Result<HeldOutContest> contest, PromotionPolicy policy, string whyNot) =>
        !contest.IsSuccess ? CheckResult.NotApplicable(CheckNames.NotWorse, whyNot)
        : contest.Value.Scores.Loss() is { } loss ? MarginRule.Judge(CheckNames.NotWorse, loss, policy.Margins.Overall, EvidenceChecks.Text($"on {contest.Value.Scores.Labels.Length:N0} held-out rows"))
        : CheckResult.NotApplicable(CheckNames.NotWorse, "The held-out rows hold one class only, or scores that are no numbers.");

    private static CheckResult Calibrated(Candidate challenger)
    {
        if (challenger.HeldOut is not { } held)
            return CheckResult.NotApplicable(CheckNames.Calibration, "The package holds no rows that the version had not seen in training.");
        int[] known = [.. Enumerable.Range(0, held.Count).Where(row => double.IsFinite(held.Labels[row]))];
        var outputs = new List<double>(known.Length * held.OutputCount);
        foreach (var row in known)
            foreach (var output in held.OutputsOf(row))
                outputs.Add(output);
        return CalibrationRule.Judge(challenger.Manifest.Task, challenger.Manifest.Classes.Count, [.. outputs], [.. known.Select(row => held.Labels[row])]);
    }

    private LatencyFigures? Time(Candidate challenger, Candidate? champion)
    {
        if (Timed(challenger, challenger.HeldOut) is not { } own)
            return null;
        var other = champion is null ? null : Timed(champion, challenger.HeldOut);
        return new(own.Length, Quantile(own, 0.5), Quantile(own, 0.99), other is null ? null : Quantile(other, 0.5), other is null ? null : Quantile(other, 0.99));
    }

    /// <summary>Microseconds of each row, ascending; null where there is nothing to time.</summary>
    private double[]? Timed(Candidate candidate, ReferenceRows? held)
    {
        if (candidate.Served.Error is not null || held is null || candidate.Inputs(candidate.Served.Value, held) is not { IsSuccess: true, Value: { Length: > 0 } rows })
            return null;
        var model = candidate.Served.Value;
        var (features, outputs) = (new float[model.Encoder.Width], new float[model.Manifest.OutputCount]);
        var took = new double[Math.Min(rows.Length, MostTimed)];
        // The first round compiles and fetches; the second one is what a busy service has.
        for (var round = 0; round < 2; round++)
            for (var row = 0; row < took.Length; row++)
            {
                var start = time.GetTimestamp();
                model.Encoder.Encode(rows[row], features);
                model.Scorer.Score(features, outputs);
                took[row] = time.GetElapsedTime(start).TotalMicroseconds;
            }

        Array.Sort(took);
        return took;
    }

    private static double Quantile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    private static LiveDrift? Drift(Candidate challenger, Candidate? champion, LiveInputs? live)
    {
        if (live is not { Rows.Count: >= LiveInputs.FewestRows } || Distances(challenger, live) is not { } own)
            return null;
        var other = champion is null ? null : Distances(champion, live);
        return new(live.Rows.Count, live.From, live.To, [.. own.Select(pair => new FeatureDrift(pair.Key, pair.Value, other is not null && other.TryGetValue(pair.Key, out var distance) ? distance : null)).OrderByDescending(feature => feature.Distance).ThenBy(feature => feature.Feature, StringComparer.Ordinal)]);
    }

    /// <summary>
    /// The population stability index of each feature against a version's reference, less what chance alone makes of as many rows: about (B − 1)(1/n + 1/m) over B bins (Yurdakul 2018). Timestamps' parts are left out:
    /// which hours and months a range holds says nothing.
    /// </summary>
    private static Dictionary<string, double>? Distances(Candidate candidate, LiveInputs live)
    {
        if (candidate.Monitored is not { Reference: { } reference } version)
            return null;
        var profile = new WindowProfile(version.Layout);
        profile.AddFeatures(live.EncodeFor(version.Encoder, out _));
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (i, feature) in version.Manifest.Preprocessing.Features.Index())
        {
            if (version.Manifest.Preprocessing.Inputs[feature.Input].Type == InputType.Timestamp || Distributions.Feature(reference.Profile, profile, i)["psi"] is not { } psi)
                continue;
            var was = reference.Profile.Feature(i);
            var bins = was.Bins.IsCategorical ? was.Counts.ToArray().Count(count => count > 0) : was.Bins.CoarseBins().Distinct().Count();
            found[feature.Name] = Math.Max(0, psi.Statistic - ((bins - 1) * ((1.0 / live.Rows.Count) + (1.0 / Math.Max(1, was.Rows)))));
        }

        return found;
    }

    private static DataFacts? Facts(DatasetVersion? data) => data is null ? null
        : new(data.Dataset.Name, data.Number, data.ContentHash, data.Rows, [.. CanonicalJson.Deserialize<DatasetProfile>(data.ProfileJson).Schema.Columns.Select(column => KeyValuePair.Create(column.Name, column.Type.ToString().ToLowerInvariant()))]);
}
