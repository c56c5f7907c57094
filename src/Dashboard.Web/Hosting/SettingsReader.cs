using System.Globalization;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Serving;

namespace Dashboard.Web.Hosting;

/// <summary>Reads the settings and says what is wrong with each key: its name, its value and what is allowed.</summary>
internal sealed partial class SettingsReader(IConfiguration configuration)
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> errors = [];

    /// <summary>The settings, or every fault at once.</summary>
    public static (Settings? Settings, IReadOnlyList<string> Errors) Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = new Settings
        {
            DataDirectory = reader.Text("Dashboard:DataDirectory", "./data"),
            Environments = reader.Environments(),
            Node = reader.Node(),
            Demo = new(reader.Boolean("Dashboard:Demo:Enabled", false), reader.Number("Dashboard:Demo:SecondsPerDay", 10, 0.1, 86_400)),
            Serving = new(reader.Whole("Dashboard:Serving:MaxBodyBytes", 4 << 20, 1024, 1L << 30), (int)reader.Whole("Dashboard:Serving:MaxRows", 10_000, 1, 1_000_000)),
            Rollouts = new(reader.Number("Dashboard:Rollouts:LookSeconds", 2, 0.05, 300)),
            Ingestion = new(reader.Whole("Dashboard:Ingestion:MaxUploadBytes", 2L << 30, 1024, 1L << 40), reader.Whole("Dashboard:Ingestion:MaxBodyBytes", 256L << 20, 1024, 1L << 32)),
            Training = new((int)reader.Whole("Dashboard:Training:ConcurrentJobs", 1, 1, 64), (int)reader.Whole("Dashboard:Training:Threads", 0, 0, 1024)),
            Monitoring = new((int)reader.Whole("Dashboard:Monitoring:LogRetentionDays", 400, 1, 36_500), (int)reader.Whole("Dashboard:Monitoring:WindowRetentionDays", 60, 1, 36_500)),
            Alerts = reader.Alerts(),
            Authentication = reader.Authentication(),
            Governance = reader.Governance(),
            XGBoostLibraryPath = reader.Text("XGBoost:LibraryPath", ""),
        };
        if (settings.XGBoostLibraryPath.Length > 0 && !File.Exists(settings.XGBoostLibraryPath))
            reader.errors.Add($"XGBoost:LibraryPath is '{settings.XGBoostLibraryPath}'; expected the path of an existing libxgboost file, or nothing.");
        reader.RefuseUnknown(configuration.GetSection("Dashboard"));
        return reader.errors.Count == 0 ? (settings, []) : (null, reader.errors);
    }

    private EnvironmentNames Environments()
    {
        const string key = "Dashboard:Environments";
        var read = EnvironmentNames.Parse(Text(key, RolloutTarget.Production), key);
        if (read.Error is { } error)
            errors.Add(error.Message);
        return read.IsSuccess ? read.Value : EnvironmentNames.ProductionOnly;
    }

    private NodeSettings? Node()
    {
        const string key = "Dashboard:Node:ControlRoom";
        var (room, name, environment, address) = (Text(key, ""), Text("Dashboard:Node:Name", System.Environment.MachineName.ToLowerInvariant()), Text("Dashboard:Node:Environment", ""), Text("Dashboard:Node:Address", ""));
        var secret = SecretText("Dashboard:Node:Key");
        var readySeconds = ReadySeconds();
        if (room.Length == 0)
            return null;
        if (Uri.TryCreate(room.EndsWith('/') ? room : room + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            return new(uri!, name, environment, secret, address, TimeSpan.FromSeconds(readySeconds));
        errors.Add($"{key} is '{room}'; expected the http or https address of the control room to follow, or nothing.");
        return null;
    }

    private double ReadySeconds()
    {
        const string key = "Dashboard:Node:ReadySeconds";
        // The control room holds a node's question for twenty seconds, and may take no reports meanwhile because its log is behind: what is shorter would take every node out although none is cut off.
        const double least = 25;
        var seconds = Number(key, 0, 0, 86_400);
        if (seconds is > 0 and < least)
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is '{configuration[key]}'; expected 0, or a number from {least} to 86400."));
        return seconds;
    }

    private GovernanceSettings Governance()
    {
        const string key = "Dashboard:Governance:CheckpointDirectory";
        var folder = Text(key, "");
        try
        {
            // Found out now, not when the first checkpoint cannot be written.
            if (folder.Length > 0)
                Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{key} is '{folder}'; expected a folder that can be written ({exception.Message}).");
        }

        return new(folder);
    }

    private AlertSettings Alerts()
    {
        var url = Text("Dashboard:Alerts:PublicUrl", "");
        if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            errors.Add($"Dashboard:Alerts:PublicUrl is '{url}'; expected an http or https address, or nothing.");
        var certificates = Text("Dashboard:Alerts:TrustedCertificates", "");
        if (certificates.Length > 0 && !(File.Exists(certificates) && File.ReadAllText(certificates).Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)))
            errors.Add($"Dashboard:Alerts:TrustedCertificates is '{certificates}'; expected the path of a PEM file with certificates, or nothing.");
        const string local = "Dashboard:Alerts:AllowLocalWebhooks";
        return new(Number("Dashboard:Alerts:EvaluationSeconds", 5, 0.05, 3600), Number("Dashboard:Alerts:GroupSeconds", 300, 0, 86_400), Number("Dashboard:Alerts:WaitSeconds", 15, 0, 3600),
            Number("Dashboard:Alerts:SettleSeconds", 300, 0, 86_400), (int)Whole("Dashboard:Alerts:RetentionDays", 400, 1, 36_500), (int)Whole("Dashboard:Alerts:MostAttempts", 8, 1, 20),
            Number("Dashboard:Alerts:RetrySeconds", 5, 0.05, 3600), string.IsNullOrWhiteSpace(configuration[local]) ? Unset(local) : Boolean(local, false), url, certificates);
    }

    private bool? Unset(string key)
    {
        known.Add(key);
        return null;
    }

    private string Text(string key, string otherwise)
    {
        known.Add(key);
        var text = configuration[key];
        return string.IsNullOrWhiteSpace(text) ? otherwise : text;
    }

    private bool Boolean(string key, bool otherwise)
    {
        known.Add(key);
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
            return otherwise;
        if (!bool.TryParse(text, out var value))
            errors.Add($"{key} is '{text}'; expected true or false.");
        return value;
    }

    private double Number(string key, double otherwise, double least, double most)
    {
        known.Add(key);
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
            return otherwise;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is '{text}'; expected a number from {least} to {most}."));
        return otherwise;
    }

    private long Whole(string key, long otherwise, long least, long most)
    {
        known.Add(key);
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
            return otherwise;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{key} is '{text}'; expected a whole number from {least} to {most}."));
        return otherwise;
    }

    private void RefuseUnknown(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            if (child.GetChildren().Any())
                RefuseUnknown(child);
            else if (!known.Contains(child.Path))
                errors.Add($"{child.Path} is not a setting; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }
}
