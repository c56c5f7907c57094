namespace Dashboard.Browser.Tests.Roles;

/// <summary>How somebody gives a command on a page.</summary>
/// <param name="Row">As <see cref="Act.Row"/>.</param>
/// <param name="Button">What is pressed on the page.</param>
/// <param name="Fields">What is filled in then, by label; a file where the text begins with @.</param>
internal sealed record Command(string Row, string Address, string Button, params (string Label, string Text)[] Fields)
{
    /// <summary>The button acts at once; the fields are on the page itself.</summary>
    public bool IsDirect { get; init; }

    /// <summary>What is pressed in the dialog; without it: what confirms it.</summary>
    public string? Press { get; init; }
}

/// <summary>The commands of the pages, each with the way there.</summary>
internal static class LostRoles
{
    private const string Of = "/models/departures?range=all&tab=", Request = "/approvals/{request}", Rollout = "/models/departures/rollouts/{rollout}", Requests = "POST /requests/{id:int}", Rollouts = "POST /models/{model}/rollouts/{id:guid}";

    public static readonly IReadOnlyList<Command> Commands =
    [
        new("PUT /models/{model}/tags", $"{Of}activity", "Add tags…", ("Tags", "blue")),
        new("POST /models/{model}/retrain", $"{Of}activity", "Retrain…"),
        new("POST /models/{model}/rollback", $"{Of}activity", "Roll back…"),
        new("POST /models/{model}/analyses", $"{Of}performance", "Explain the change") { IsDirect = true },
        new("DELETE /models/{model}/segments/{id:int}", $"{Of}segments", "Remove…"),
        new("PUT /models/{model}/sensitive", $"{Of}predictions", "Segments…") { Press = "fieldset.sensitive input" },
        new("DELETE /models/{model}/entities/{**key}", $"{Of}predictions", "Remove an entity…", ("Key, as callers sent it", "ada")),
        new("PUT /models/{model}/aliases/{alias}", $"{Of}versions", "Aliases…", ("Alias", "blue")),
        new("DELETE /models/{model}/aliases/{alias}", $"{Of}versions", "Aliases…") { Press = "button:has-text('Remove challenger')" },
        new("POST /models/{model}/versions/package", $"{Of}versions", "Import…", ("Model file", "@four.json")),
        new("POST /models", "/models", "Import a model…", ("Model file", "@four.json"), ("Name of the model", "another")),
        new("POST /models/{model}/promote", "/models/four?tab=versions", "Promote…"),
        new("POST /models/{model}/environments/{environment}/rollback", "/environments", "Roll back…"),
        new("POST /nodes", "/environments", "Add a node…", ("Name", "eu-9")),
        new("DELETE /nodes/{name}", "/environments", "Remove…"),
        new("POST /models/{model}/requests", "/models/four/versions/1", "Propose…", ("Reason", "to try")),
        new("PUT /models/{model}/versions/{version}/card/notes", "/models/four/versions/1", "Write: Contact", ("Contact", "eve")),
        new($"{Rollouts}/abort", Rollout, "Roll back…"),
        new($"{Rollouts}/resume", Rollout, "Resume…"),
        new($"{Rollouts}/supersede", Rollout, "Supersede…"),
        new($"{Rollouts}/skip", Rollout, "Skip this step…", ("Reason", "to try")),
        new($"{Rollouts}/promote-now", Rollout, "Promote now…", ("Reason", "to try")),
        new("PUT /runs/{id}/tags/{key}", "/experiments/runs/{run}?tab=parameters", "Remove the tag stage") { IsDirect = true },
        new("POST /jobs/{id}/retry", "/jobs/{job}", "Retry") { IsDirect = true },
        new("POST /jobs", "/jobs/new", "Start training") { IsDirect = true },
        new("POST /datasets", "/data", "Register CSV…", ("File", "@four.csv"), ("Dataset", "another")),
        new("DELETE /datasets/{name}", "/data/departures", "Delete…"),
        new("POST /silences", "/alerts", "Silence…", ("Reason", "to try")),
        new("DELETE /silences/{id:int}", "/alerts?tab=silences", "End now…"),
        new("POST /alert-rules", "/alerts", "New rule…", ("Threshold", "5")),
        new("PUT /alert-rules/{id:int}", "/alerts?tab=rules", "Edit Requests arrive"),
        new("DELETE /alert-rules/{id:int}", "/alerts?tab=rules", "Remove…"),
        new("POST /alert-channels", "/alerts?tab=channels", "New channel…", ("Name", "another")),
        new("PUT /alert-channels/{id:int}", "/alerts?tab=channels", "Edit nobody"),
        new("DELETE /alert-channels/{id:int}", "/alerts?tab=channels", "Remove…"),
        new("POST /alert-channels/{id:int}/test", "/alerts?tab=channels", "Send a test") { IsDirect = true },
        new("POST /incidents/{id:int}/acknowledge", "/incidents/{incident}", "Acknowledge…"),
        new("POST /incidents/{id:int}/comments", "/incidents/{incident}", "Comment", ("Comment", "to try")) { IsDirect = true },
        new($"{Requests}/evidence", Request, "Gather evidence anew…"),
        new($"{Requests}/break-glass", Request, "Break the glass…", ("Reason", "to try")),
        new($"{Requests}/reject", Request, "Reject…", ("Reason", "to try")),
        new($"{Requests}/waivers", Request, "Waive: Schema fits live traffic", ("Reason", "to try")),
        new($"{Requests}/comments", Request, "Comment", ("Comment", "to try")) { IsDirect = true },
        new("PUT /policy", "/policy", "Write the installation’s policy…"),
        new("DELETE /models/{model}/policy", "/policy?model=four", "Remove…"),
        new("POST /publishers", "/policy", "Publisher…", ("Publisher", "Stranger"), ("Public key", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJOxxbbYy37ESQa/IRvz7RlEpP5l1\n-----END PUBLIC KEY-----")),
        new("DELETE /publishers/{id:int}", "/policy", "Revoke…", ("Reason", "to try")),
        new("POST /people", "/people", "Add a person…", ("Name", "zoe")),
        new("PUT /people/{id:int}", "/people", "Change ben"),
        new("DELETE /display-links/{id:int}", "/people?tab=displays", "Revoke…"),
        new("DELETE /tokens/{id:int}", "/people?tab=tokens", "Revoke…"),
    ];

    /// <summary>What is not tried: it asks for no role, changes nothing, cannot be pressed in this state, or takes more than one dialog.</summary>
    public static readonly IReadOnlyList<string> NotTried =
    [
        "* /account", "POST /sign-out", "GET /api/v1/audit/verify", "POST /api/v1/requests/{id:int}/approve", "POST /api/v1/alert-deliveries/{id}/retry", "POST /api/v1/models/{model}/segments", "POST /api/v1/display-links",
        "PUT /api/v1/models/{model}/policy",
    ];
}
