using Dashboard.Core.Governance.People;
using static Dashboard.Core.Governance.People.Permission;
using static Dashboard.Core.Governance.People.Reach;

namespace Dashboard.Web.People;

/// <summary>
/// Every endpoint, page and method of a hub with what it asks for. What is not here is refused; a test walks through the host and fails for what is missing, and tries every row with every role.
/// </summary>
public static partial class AccessTable
{
    public static readonly IReadOnlyList<AccessRow> Rows = [.. Public, .. OfModels, .. OfInstallation, .. Pages, .. Hubs, .. Inference];

    private static readonly Dictionary<(Surface, string, string), AccessRow> Index = Rows.ToDictionary(row => (row.Surface, row.Method, row.Name));

    /// <summary>The row of a request, a page or a method; null: there is none, and it is refused.</summary>
    public static AccessRow? Find(Surface surface, string method, string name) => Index.GetValueOrDefault((surface, method, name)) ?? Index.GetValueOrDefault((surface, "*", name));

    private static AccessRow[] Public =>
    [
        new(Surface.Endpoint, "GET", "/health/live", null),
        new(Surface.Endpoint, "GET", "/health/ready", null),
        new(Surface.Endpoint, "GET", "/ping", null),
        new(Surface.Endpoint, "POST", "/sign-in", null),
        new(Surface.Endpoint, "POST", "/sign-in/first", null),
        new(Surface.Endpoint, "GET", "/sign-in/link", null),
        new(Surface.Endpoint, "GET", "/sign-in/provider", null),
        new(Surface.Endpoint, "POST", "/sign-out", null),
        new(Surface.Endpoint, "GET", "/display/{secret}", null),
        new(Surface.Endpoint, "*", "/_framework/opaque-redirect", null),
        new(Surface.Endpoint, "GET", "/{**path:file}", null),
        new(Surface.Endpoint, "*", "/_blazor/initializers", null),
        new(Surface.Endpoint, "*", "/_blazor/disconnect", Visit, Anywhere),
        new(Surface.Endpoint, "GET", "/openapi/{documentName}.json", View, Anywhere),
    ];

    private static AccessRow[] Pages =>
    [
        Page("/sign-in", null),
        Page("/sign-in/first", null),
        Page("/", View, Anywhere),
        Page("/models", View, Anywhere),
        Page("/models/{Name}", View, Model),
        Page("/models/{Name}/predictions/{*Id}", View, Model),
        Page("/models/{Name}/versions", View, Model),
        Page("/models/{Name}/versions/{Version}", View, Model),
        Page("/models/{Name}/rollouts", View, Model),
        Page("/models/{Name}/rollouts/{Id:guid}", View, Model),
        Page("/environments", View),
        Page("/experiments", View),
        Page("/experiments/runs", View),
        Page("/experiments/compare", View),
        Page("/experiments/runs/{Id}", View),
        Page("/jobs", View),
        Page("/jobs/new", Train),
        Page("/jobs/{Id}", View),
        Page("/data", View),
        Page("/data/{Name}", View),
        Page("/alerts", View),
        Page("/incidents", View),
        Page("/incidents/{Id:int}", View),
        Page("/approvals", View, Anywhere),
        Page("/approvals/{Id:int}", View, Anywhere),
        Page("/policy", View),
        Page("/wall", Watch, Anywhere),
        Page("/audit", ReadAudit),
        Page("/people", ManagePeople),
        Page("/account", OwnAccount),
        Page("/{*path:nonfile}", Watch, Anywhere),
    ];

    private static AccessRow[] Hubs =>
    [
        new(Surface.Hub, "*", "/_blazor", Visit, Anywhere),
        new(Surface.Hub, "*", "/hubs/live", Watch, Anywhere),
        new(Surface.Hub, "", "LiveHub.Watch", Watch, Model),
        new(Surface.Hub, "", "LiveHub.Pulse", Watch, Model),
    ];

    private static AccessRow[] Inference =>
    [
        new(Surface.Inference, "", "Unknown", View, Anywhere),
        new(Surface.Inference, "", "Server", null),
        new(Surface.Inference, "", "Live", null),
        new(Surface.Inference, "", "Ready", null),
        new(Surface.Inference, "", "Metadata", View, Model),
        new(Surface.Inference, "", "ModelReady", View, Model),
        new(Surface.Inference, "", "Infer", Predict, Model),
    ];

    private static AccessRow Page(string route, Permission? needs, Reach reach = Installation) => new(Surface.Page, "*", route, needs, reach, "Name");
}
