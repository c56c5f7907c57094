using Dashboard.Core.Monitoring.Drift;
using Dashboard.Core.Monitoring.Drift.Peers;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Drift;

/// <summary>What the product computes for a figure of the reference file, by the figure's path in it, and which figures it leaves out and why.</summary>
internal sealed class ReferenceFigures
{
    private const string NoSuchTest = "the product has no such test";
    private const string OwnDefinition = "a definition of Evidently's own (its bins, its filling of empty ones); only the tests that its default rule uses are reproduced";
    private const string NotItsDefault = "NannyML's default rule uses the Jensen–Shannon distance alone; of the others the values are compared, not the limits";

    private const string ReadInexactly = "pandas read the cell 0.082839999999999997 a little too low, across an edge; read exactly (float_precision='round_trip'), NumPy counts as the product does";

    /// <summary>Figures that are left out, by type and path, or by pair, column and path for one column.</summary>
    public static readonly Dictionary<string, string> Reasons = new()
    {
        ["num:scipy.energy_distance"] = NoSuchTest,
        ["num:scipy.mannwhitneyu.U"] = NoSuchTest,
        ["num:scipy.mannwhitneyu.p"] = NoSuchTest,
        ["num:scipy.welch_t.t"] = NoSuchTest,
        ["num:scipy.welch_t.p"] = NoSuchTest,
        ["cat:scipy.g_test_contingency.G"] = NoSuchTest,
        ["cat:scipy.g_test_contingency.p"] = NoSuchTest,
        ["cat:scipy.tvd"] = NoSuchTest,
        ["cat:scipy.l_inf"] = NoSuchTest,
        ["num:evidently.ed.score"] = NoSuchTest,
        ["num:evidently.ed.drifted"] = NoSuchTest,
        ["num:evidently.ed.threshold"] = NoSuchTest,
        ["num:evidently.es.score"] = NoSuchTest,
        ["num:evidently.es.drifted"] = NoSuchTest,
        ["num:evidently.es.threshold"] = NoSuchTest,
        ["edge.constant:evidently.es"] = NoSuchTest,
        ["num:evidently.mannw.score"] = NoSuchTest,
        ["num:evidently.mannw.drifted"] = NoSuchTest,
        ["num:evidently.mannw.threshold"] = NoSuchTest,
        ["num:evidently.t_test.score"] = NoSuchTest,
        ["num:evidently.t_test.drifted"] = NoSuchTest,
        ["num:evidently.t_test.threshold"] = NoSuchTest,
        ["num:evidently.hellinger.score"] = OwnDefinition,
        ["num:evidently.hellinger.drifted"] = OwnDefinition,
        ["num:evidently.hellinger.threshold"] = OwnDefinition,
        ["num:evidently.kl_div.score"] = OwnDefinition,
        ["num:evidently.kl_div.drifted"] = OwnDefinition,
        ["num:evidently.kl_div.threshold"] = OwnDefinition,
        ["num:evidently.psi.score"] = OwnDefinition,
        ["num:evidently.psi.drifted"] = OwnDefinition,
        ["num:evidently.psi.threshold"] = OwnDefinition,
        ["cat:evidently.g_test"] = "Evidently failed on it",
        ["cat:evidently.kl_div.score"] = OwnDefinition,
        ["cat:evidently.kl_div.drifted"] = OwnDefinition,
        ["cat:evidently.kl_div.threshold"] = OwnDefinition,
        ["cat:evidently.psi.score"] = OwnDefinition,
        ["cat:evidently.psi.drifted"] = OwnDefinition,
        ["cat:evidently.psi.threshold"] = OwnDefinition,
        ["cat:evidently.TVD.score"] = "a permutation test of Evidently's own, by its random numbers",
        ["cat:evidently.TVD.drifted"] = "a permutation test of Evidently's own, by its random numbers",
        ["cat:evidently.TVD.threshold"] = "a permutation test of Evidently's own, by its random numbers",
        ["num:nannyml.kolmogorov_smirnov.upper_threshold"] = NotItsDefault,
        ["num:nannyml.kolmogorov_smirnov.alert"] = NotItsDefault,
        ["num:nannyml.wasserstein.upper_threshold"] = NotItsDefault,
        ["num:nannyml.wasserstein.alert"] = NotItsDefault,
        ["num:nannyml.hellinger.value"] = "on NannyML's bins; the product has Hellinger for categories",
        ["num:nannyml.hellinger.upper_threshold"] = NotItsDefault,
        ["num:nannyml.hellinger.alert"] = NotItsDefault,
        ["cat:nannyml.hellinger.upper_threshold"] = NotItsDefault,
        ["cat:nannyml.hellinger.alert"] = NotItsDefault,
        ["cat:nannyml.chi2.upper_threshold"] = NotItsDefault,
        ["cat:nannyml.chi2.alert"] = NotItsDefault,
        ["cat:nannyml.l_infinity.value"] = NoSuchTest,
        ["cat:nannyml.l_infinity.upper_threshold"] = NoSuchTest,
        ["cat:nannyml.l_infinity.alert"] = NoSuchTest,
        ["breast_cancer_by_class.mean_smoothness:scipy.hist_ref"] = ReadInexactly,
        ["breast_cancer_by_class.mean_smoothness:evidently.jensenshannon.score"] = ReadInexactly,
        ["edge.cat_bin:scipy.chi2_contingency.chi2"] = "with Yates's correction, which the product leaves out; chi2_contingency_nocorr is compared",
        ["edge.cat_bin:scipy.chi2_contingency.p"] = "with Yates's correction",
        ["edge.cat_bin:nannyml.chi2.value"] = "with Yates's correction",
        ["edge.cat_bin:nannyml.chi2.p"] = "with Yates's correction",
        ["cat:scipy.chi2_contingency.yates"] = "says whether Yates's correction was made",
    };

    private readonly Dictionary<string, Func<object?>> figures;
    private readonly string column;
    private readonly string type;

    public ReferenceFigures(string pair, string column, string type)
    {
        (this.column, this.type) = ($"{pair}.{column}", type);
        var (reference, current) = (ReferenceFiles.Csv($"{pair}_ref.csv")[column], ReferenceFiles.Csv($"{pair}_cur.csv")[column]);
        figures = type == "num" ? Numbers(reference.Numbers(), current.Numbers()) : Categories(reference, current);
        figures["type"] = () => type;
    }

    public static string KeyOf(string pair, string column, string type, string path) => Reasons.ContainsKey($"{pair}.{column}:{path}") ? $"{pair}.{column}:{path}" : $"{type}:{path}";

    /// <summary>Why a figure is left out, or null.</summary>
    public string? LeftOut(string path) => Reasons.GetValueOrDefault($"{column}:{path}") ?? Reasons.GetValueOrDefault($"{type}:{path}");

    public object? Of(string path) => figures.TryGetValue(path, out var figure) ? figure() : new Unknown();

    private static Dictionary<string, Func<object?>> Numbers(double[] reference, double[] current)
    {
        SortedSample r = SortedSample.Of(reference), c = SortedSample.Of(current);
        var pair = SamplePair.Of(r, c);
        DriftStatistic ks = KolmogorovSmirnov.Of(pair)!, wasserstein = Wasserstein.Of(pair)!, cvm = CramerVonMises.Of(pair)!;
        var anderson = AndersonDarling.Of(pair);
        var effective = (long)Math.Round((double)r.Count * c.Count / (r.Count + c.Count));
        var edges = NumPyBins.Sturges(pair.Values[0], pair.Values[^1], r.Count + c.Count);
        var evidently = EvidentlyRule.OfNumbers(r, c)!;
        var nannyml = NannyMLRule.OfNumbers(reference, current)!;
        // scipy cuts p off where its table ends; ours goes on.
        var clipped = anderson is null ? (double?)null : Math.Clamp(anderson.PValue!.Value, 0.001, 0.25);
        var found = Counts(reference.Length, r.Missing, current.Length, c.Missing);
        Add(found, "scipy",
            ("ks_2samp_auto.D", () => ks.Statistic), ("ks_2samp_auto.p", () => ks.PValue), ("ks_2samp_asymp.D", () => ks.Statistic),
            ("ks_2samp_asymp.p", () => KolmogorovDistribution.Survival(ks.Statistic, effective)),
            ("wasserstein_raw", () => wasserstein.Statistic), ("wasserstein_norm_std0", () => wasserstein.EffectSize),
            ("cramervonmises_2samp_asymp.T", () => cvm.Statistic), ("cramervonmises_2samp_asymp.p", () => cvm.PValue),
            ("anderson_ksamp.A2", () => anderson!.Statistic), ("anderson_ksamp.p_clipped", () => clipped),
            // scipy says in words that a constant cannot be tested; ours says nothing.
            ("anderson_ksamp", () => anderson is null ? "anderson_ksamp needs more than one distinct observation" : null),
            ("psi_quantile10_eps1e-4", () => PopulationStabilityIndex.Of(r, c)!.Statistic),
            ("sturges_edges_combined", () => edges), ("hist_ref", () => Doubles(NumPyBins.Count(r, edges))), ("hist_cur", () => Doubles(NumPyBins.Count(c, edges))),
            ("doane_edges_ref_n", () => NumPyBins.Doane(r).Length - 1.0));
        Score(found, "ks", ks.PValue, 0.05, isDistance: false);
        Score(found, "cramer_von_mises", cvm.PValue, 0.1, isDistance: false);
        Score(found, "wasserstein", wasserstein.EffectSize, 0.1, isDistance: true);
        Score(found, "jensenshannon", EvidentlyRule.JensenShannonOfNumbers(r, c), 0.1, isDistance: true);
        Score(found, "anderson", clipped, 0.1, isDistance: false);
        Add(found, "evidently", ("__default__", () => evidently.Test), ("anderson", () => anderson is null ? "ERR anderson_ksamp needs more than one distinct observation" : null));
        Default(found, evidently);
        Peer(found, nannyml);
        Add(found, "nannyml", ("kolmogorov_smirnov.value", () => ks.Statistic), ("wasserstein.value", () => wasserstein.Statistic));
        return found;
    }

    private static Dictionary<string, Func<object?>> Categories(string[] reference, string[] current)
    {
        // In the order of their names, those of the reference first: new ones have the last places.
        List<string> names = [.. reference.Distinct().Order(StringComparer.Ordinal), .. current.Except(reference).Order(StringComparer.Ordinal)];
        long[] Count(string[] cells, IEnumerable<string> order) => [.. order.Select(name => cells.LongCount(cell => cell == name))];
        long[] r = Count(reference, names), c = Count(current, names);
        var sorted = names.Order(StringComparer.Ordinal);
        DriftStatistic js = JensenShannon.OfCounts(r, c)!, hellinger = Hellinger.OfCounts(r, c)!, chi = ChiSquare.OfCounts(r, c)!;
        var evidently = EvidentlyRule.OfCounts(Count(reference, sorted), Count(current, sorted))!;
        var nannyml = NannyMLRule.OfCodes(Array.ConvertAll(reference, names.IndexOf), Array.ConvertAll(current, names.IndexOf), names.Count)!;
        var found = Counts(reference.Length, 0, current.Length, 0);
        Add(found, "scipy",
            ("chi2_contingency.chi2", () => chi.Statistic), ("chi2_contingency.p", () => chi.PValue), ("chi2_contingency.dof", () => names.Count - 1.0),
            ("chi2_contingency_nocorr.chi2", () => chi.Statistic), ("chi2_contingency_nocorr.p", () => chi.PValue), ("chi2_contingency_nocorr.dof", () => names.Count - 1.0),
            ("js_distance_base2", () => js.Statistic), ("hellinger", () => hellinger.Statistic));
        Score(found, "hellinger", hellinger.Statistic, 0.1, isDistance: true);
        Score(found, "jensenshannon", JensenShannon.OfCounts(r, c, Math.E)!.Statistic, 0.1, isDistance: true);
        // With one category only Evidently has NaN and no drift; ours is p = 1.
        Score(found, "chisquare", names.Count == 1 ? double.NaN : EvidentlyRule.OneSample(r, c), 0.05, isDistance: false);
        Score(found, "z", EvidentlyRule.Z(Count(reference, sorted), Count(current, sorted)), 0.05, isDistance: false);
        Add(found, "evidently", ("__default__", () => evidently.Test));
        Default(found, evidently);
        Peer(found, nannyml);
        Add(found, "nannyml", ("hellinger.value", () => hellinger.Statistic), ("chi2.value", () => chi.Statistic), ("chi2.p", () => chi.PValue));
        return found;
    }

    private static Dictionary<string, Func<object?>> Counts(int reference, int referenceMissing, int current, int currentMissing)
    {
        var found = new Dictionary<string, Func<object?>>();
        foreach (var (name, count) in ((string, int)[])[("n_ref", reference - referenceMissing), ("n_cur", current - currentMissing), ("n_ref_missing", referenceMissing), ("n_cur_missing", currentMissing)])
            found[name] = () => (double)count;
        return found;
    }

    private static void Score(Dictionary<string, Func<object?>> into, string test, double? score, double limit, bool isDistance) => Add(into, "evidently",
        ($"{test}.score", () => double.IsNaN(score!.Value) ? "nan" : score), ($"{test}.threshold", () => limit), ($"{test}.drifted", () => isDistance ? score >= limit : score < limit));

    /// <summary>The figures of the test by which Evidently decides must be those of the preset.</summary>
    private static void Default(Dictionary<string, Func<object?>> into, PeerVerdict evidently) =>
        Add(into, "evidently", ($"{evidently.Test}.score", () => evidently.Score), ($"{evidently.Test}.threshold", () => evidently.Limit), ($"{evidently.Test}.drifted", () => evidently.Drifted));

    private static void Peer(Dictionary<string, Func<object?>> into, PeerVerdict nannyml) => Add(into, "nannyml",
        ("jensen_shannon.value", () => nannyml.Score), ("jensen_shannon.upper_threshold", () => nannyml.Limit), ("jensen_shannon.alert", () => nannyml.Drifted));

    private static void Add(Dictionary<string, Func<object?>> into, string group, params ReadOnlySpan<(string Path, Func<object?> Figure)> added)
    {
        foreach (var (path, figure) in added)
            into[$"{group}.{path}"] = figure;
    }

    private static double[] Doubles(long[] counts) => Array.ConvertAll(counts, count => (double)count);

    /// <summary>What stands for a figure that nobody thought of.</summary>
    public sealed record Unknown;
}
