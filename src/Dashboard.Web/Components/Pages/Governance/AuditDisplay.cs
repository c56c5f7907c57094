using System.Text.Json;
using Dashboard.Core.Governance.Audit;
using Dashboard.Storage.Governance.Audit;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Hosting.Governance;

namespace Dashboard.Web.Components.Pages.Governance;

/// <summary>One thing of what was changed.</summary>
/// <param name="Name">Its path, with dots.</param>
internal sealed record ChangedValue(string Name, string? Before, string? After)
{
    public bool IsChanged => Before != After;
}

/// <summary>The audit log in words, icons and colours.</summary>
internal static class AuditDisplay
{
    /// <summary>Beginnings of actions, for the filter.</summary>
    public static readonly IReadOnlyList<(string Key, string Text)> Actions =
    [
        ("", "all"), ("model.", "Models, promotions"), ("request.", "Promotion requests"), ("rollout.", "Rollouts"), ("policy.", "Policies"), ("person.", "People"), ("token.", "API tokens"), ("display.", "Display links"), ("node.", "Nodes"), ("environment.", "Environments"), ("version.", "Versions"), ("card.", "Model cards"), ("alias.", "Aliases"), ("job.", "Jobs"), ("trainings.", "Removed trainings"), ("dataset.", "Datasets"), ("segment.", "Segments"),
        ("features.", "Sensitive inputs"), ("entity.", "Removed entities"), ("alert-rule.", "Alert rules"), ("alert-channel.", "Alert channels"), ("silence.", "Silences"), ("incident.", "Incidents"), ("package.", "Signatures"), ("publisher.", "Publishers"), ("audit.", "The log itself"),
    ];

    /// <summary>The state of the chain. What was added since the last look was checked when it was signed.</summary>
    /// <param name="tip">The number of the last entry.</param>
    public static (StateKind Kind, string Word, string Icon) Of(AuditHealth health, long tip) => health switch
    {
        { CheckFault: not null } => (StateKind.Warn, "Could not be checked", "warn"),
        { Report: null } => (StateKind.None, "Not checked yet", "clock"),
        { Report.IsIntact: false } => (StateKind.Bad, "Tampered with", "bad"),
        { SigningFault: not null } => (StateKind.Warn, "Not signed", "warn"),
        _ when tip == 0 => (StateKind.None, "Empty", "none"),
        _ => (StateKind.Ok, "Intact", "ok"),
    };

    /// <summary>By which door, and whence.</summary>
    public static string Door(AuditView entry) => entry switch
    {
        { Via: null } => Format.None,
        { Via: "api", Address: { } address } => $"API, {address}",
        { Via: "api" } => "API",
        { Via: "page", Page: { } page, Address: { } address } => $"{address}, page {page}",
        { Via: "page", Page: { } page } => $"Page {page}",
        { Via: "cli" } => "Command line",
        { Via: { } via } => via,
    };

    /// <summary>What was before beside what is since, value by value.</summary>
    public static IReadOnlyList<ChangedValue> Changes(AuditView entry)
    {
        var (before, after) = (Flat(entry.Before), Flat(entry.After));
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal).Select(name => new ChangedValue(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))];
    }

    private static Dictionary<string, string> Flat(JsonElement? json)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is { } element)
            Flatten("", element, values);
        return values;
    }

    private static void Flatten(string name, JsonElement element, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Flatten(name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value, values);
                break;
            case JsonValueKind.Array when element.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                values[name.Length == 0 ? "values" : name] = Word(string.Join(", ", element.EnumerateArray()));
                break;
            default:
                values[name.Length == 0 ? "value" : name] = Word(element.ToString());
                break;
        }
    }

    /// <summary>Nothing is seen to be nothing.</summary>
    private static string Word(string value) => value.Length == 0 ? "(empty)" : value;
}
