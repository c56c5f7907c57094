namespace Dashboard.Core.Deployments.Requests;

/// <summary>The checks that run by themselves on every promotion request, by the names that policies and the API use.</summary>
public static class CheckNames
{
    /// <summary>The package's bytes against its manifest, the manifest against the digest, and who signed that. Without a signature that counts it is not judged, and fails where the policy asks for one.</summary>
    public const string Package = "package";

    /// <summary>What live callers send fits the new version's signature.</summary>
    public const string Schema = "schema";

    /// <summary>The version answers rows from its signature's domain, and its own held-out rows as it did when it was made.</summary>
    public const string Smoke = "smoke";

    /// <summary>Scoring on this host stays within the policy's budget.</summary>
    public const string Latency = "latency";

    /// <summary>Not worse than the champion by more than the margin.</summary>
    public const string NotWorse = "notWorse";

    /// <summary>The same in each segment that the policy names.</summary>
    public const string Segments = "segments";

    /// <summary>Predicted probabilities, or means, are what happens.</summary>
    public const string Calibration = "calibration";

    /// <summary>Recent live inputs look like the rows that it was made from.</summary>
    public const string Skew = "skew";

    /// <summary>The dataset version is still there and unchanged.</summary>
    public const string Dataset = "dataset";

    /// <summary>In the order in which pages show them.</summary>
    public static readonly IReadOnlyList<string> All = [Package, Schema, Smoke, Latency, NotWorse, Segments, Calibration, Skew, Dataset];

    /// <summary>What a check asks, for people.</summary>
    public static string Words(string name) => name switch
    {
        Package => "Package digest and signature",
        Schema => "Schema fits live traffic",
        Smoke => "Smoke predictions",
        Latency => "Latency within budget",
        NotWorse => "Not worse than the champion",
        Segments => "Not worse in named segments",
        Calibration => "Calibrated",
        Skew => "No training-serving skew",
        Dataset => "Dataset version is valid",
        _ => name,
    };
}
