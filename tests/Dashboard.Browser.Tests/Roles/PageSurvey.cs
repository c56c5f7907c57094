using System.Text.RegularExpressions;
using Dashboard.Web.People;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>A button that changes something.</summary>
/// <param name="Name">The whole of what it is called, as a pattern.</param>
/// <param name="Row">The row of the table that says who may do it: method and route under /api/v1, or a page for what only its page can do.</param>
/// <param name="Rests">It may be disabled for want of something to do.</param>
/// <param name="Comes">It may not be there for want of something to do.</param>
internal sealed partial record Act(string Name, string Row, bool Rests = false, bool Comes = false)
{
    public Regex Pattern { get; } = new($"^(?:{Name})$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    public AccessRow Access => (Row.StartsWith('/') ? AccessTable.Find(Surface.Page, "*", Row) : AccessTable.Find(Surface.Endpoint, Row.Split(' ')[0], Row.Split(' ')[1] is ['/', 's', 'i', 'g', 'n', ..] or "/invocations" ? Row.Split(' ')[1] : $"/api/v1{Row.Split(' ')[1]}"))
        ?? throw new InvalidOperationException($"The table of access has no row '{Row}'.");
}

/// <summary>A page as it is looked at.</summary>
/// <param name="Route">Its row in the table.</param>
/// <param name="Address">With {names} of <see cref="RoleProduct.Ids"/>.</param>
/// <param name="Model">The model at stake.</param>
internal sealed record Look(string Route, string Address, string? Model, params Act[] Acts)
{
    /// <summary>The page leads on to an address with this in it.</summary>
    public string? LeadsTo { get; init; }
}

/// <summary>Every page, with every button on it that changes something. A page, a button or a command that is missing here fails the test.</summary>
internal static class PageSurvey
{
    private const string OfModel = "/models/{Name}", Versions = "/models/{model}/versions/{version}", Request = "/requests/{id:int}", Rollout = "/models/{model}/rollouts/{id:guid}";

    private static readonly Act Tags = new("Add tags…|Tags…", "PUT /models/{model}/tags"), Retrain = new("Retrain…", "POST /models/{model}/retrain"), RollBack = new("Roll back…", "POST /models/{model}/rollback"),
        Propose = new("Propose…|Propose version 3…", "POST /models/{model}/requests"), Promote = new("Promote…|Promote v1…", "POST /models/{model}/promote"), Import = new("Import…", "POST /models/{model}/versions/package"),
        Aliases = new("Aliases…", "PUT /models/{model}/aliases/{alias}"), Note = new("(Write|Edit): .+", "PUT /models/{model}/versions/{version}/card/notes"), Explain = new("Explain the change", "POST /models/{model}/analyses"),
        Silence = new("Silence…", "POST /silences"), NewRule = new("New rule…", "POST /alert-rules"), Retry = new("Retry", "POST /jobs/{id}/retry"), Register = new("Register CSV…|New version…", "POST /datasets"),
        Trust = new("Publisher…", "POST /publishers"), Revoke = new("Revoke…", "DELETE /publishers/{id:int}"), Again = new("Send the message to .+ again", "POST /alert-deliveries/{id}/retry", Comes: true);

    private static readonly Act[] Header = [Tags, Retrain, RollBack];

    public static readonly IReadOnlyList<Look> Pages =
    [
        new("/", "/", null),
        new("/models", "/models", null, new Act("Import a model…", "POST /models")),
        new(OfModel, "/models/departures?range=all", RoleProduct.Model, Header),
        new(OfModel, "/models/departures?range=all&tab=performance", RoleProduct.Model, [.. Header, Explain]),
        new(OfModel, "/models/departures?range=all&tab=drift", RoleProduct.Model, [.. Header, Explain]),
        new(OfModel, "/models/departures?range=all&tab=quality", RoleProduct.Model, Header),
        new(OfModel, "/models/departures?range=all&tab=segments", RoleProduct.Model, [.. Header, new("Define a segment", "POST /models/{model}/segments"), new("Remove…", "DELETE /models/{model}/segments/{id:int}"), new("(date|distance|origin|gate)", "PUT /models/{model}/sensitive", Comes: true)]),
        new(OfModel, "/models/departures?range=all&tab=predictions", RoleProduct.Model, [.. Header, new("Remove an entity…", "DELETE /models/{model}/entities/{**key}")]),
        new(OfModel, "/models/departures?range=all&tab=versions", RoleProduct.Model, [.. Header, Propose, Import, Aliases]),
        new(OfModel, "/models/departures?range=all&tab=rollouts", RoleProduct.Model, Header),
        new(OfModel, "/models/departures?range=all&tab=activity", RoleProduct.Model, Header),
        new(OfModel, "/models/four?tab=versions", RoleProduct.Direct, Tags, Propose, Promote, Import, Aliases),
        new("/models/{Name}/predictions/{*Id}", "/models/departures/predictions/{prediction}", RoleProduct.Model),
        new("/models/{Name}/versions", "/models/departures/versions", RoleProduct.Model, [.. Header, Propose, Import, Aliases]) { LeadsTo = "tab=versions" },
        new("/models/{Name}/versions/{Version}", "/models/departures/versions/3", RoleProduct.Model, Propose, Note),
        new("/models/{Name}/versions/{Version}", "/models/four/versions/1", RoleProduct.Direct, Propose, Note),
        new("/models/{Name}/rollouts", "/models/departures/rollouts", RoleProduct.Model, Header) { LeadsTo = "tab=rollouts" },
        new("/models/{Name}/rollouts/{Id:guid}", "/models/departures/rollouts/{rollout}", RoleProduct.Model,
            new("Roll back…", $"POST {Rollout}/abort"), new("Resume…", $"POST {Rollout}/resume"), new("Skip this step…", $"POST {Rollout}/skip"), new("Promote now…", $"POST {Rollout}/promote-now"), new("Supersede…", $"POST {Rollout}/supersede")),
        new("/environments", "/environments", RoleProduct.Model, new("Add a node…", "POST /nodes"), new("Remove…", "DELETE /nodes/{name}"), new("Roll back…", "POST /models/{model}/environments/{environment}/rollback")),
        new("/experiments", "/experiments", null),
        new("/experiments/runs", "/experiments/runs", null),
        new("/experiments/runs/{Id}", "/experiments/runs/{run}?tab=parameters", null, new Act("Set tag|Remove the tag .+", "PUT /runs/{id}/tags/{key}")),
        new("/experiments/compare", "/experiments/compare", null),
        new("/jobs", "/jobs", null, Retry),
        new("/jobs/new", "/jobs/new", null, new Act("Start training", "POST /jobs", Rests: true)),
        new("/jobs/{Id}", "/jobs/{job}", null, Retry),
        new("/data", "/data", null, Register),
        new("/data/{Name}", "/data/departures", null, Register, new("Delete…", "DELETE /datasets/{name}")),
        new("/alerts", "/alerts", null, Silence, NewRule, new("Silence .+ of .+", "POST /silences"), new("Edit the rule .+", "PUT /alert-rules/{id:int}")),
        new("/alerts", "/alerts?tab=history", null, Silence, NewRule, Again),
        new("/alerts", "/alerts?tab=rules", null, Silence, NewRule, new("Edit .+|.+ of .+ is on", "PUT /alert-rules/{id:int}"), new("Remove…", "DELETE /alert-rules/{id:int}")),
        new("/alerts", "/alerts?tab=silences", null, Silence, NewRule, new("End now…", "DELETE /silences/{id:int}")),
        new("/alerts", "/alerts?tab=channels", null, Silence, NewRule, Again, new("New channel…", "POST /alert-channels"), new("Send a test", "POST /alert-channels/{id:int}/test"), new("Edit nobody", "PUT /alert-channels/{id:int}"), new("Remove…", "DELETE /alert-channels/{id:int}")),
        new("/incidents", "/incidents", null, Silence, NewRule),
        new("/incidents/{Id:int}", "/incidents/{incident}", RoleProduct.Model, Silence, new("Acknowledge…", "POST /incidents/{id:int}/acknowledge"), new("Comment", "POST /incidents/{id:int}/comments"), Retrain, RollBack with { Rests = true }),
        new("/approvals", "/approvals", null),
        new("/approvals/{Id:int}", "/approvals/{request}", RoleProduct.Model, new("Gather evidence anew…", $"POST {Request}/evidence"), new("Break the glass…", $"POST {Request}/break-glass"), new("Reject…", $"POST {Request}/reject"),
            new("Approve…", $"POST {Request}/approve", Rests: true), new("Waive: .+", $"POST {Request}/waivers"), new("Comment", $"POST {Request}/comments")),
        new("/policy", "/policy", null, new("Rule|Group|Remove the rule .+|Policy: .+|Write the installation’s policy…", "PUT /policy"), Trust, Revoke),
        new("/policy", "/policy?model=four", RoleProduct.Direct, new("Rule|Group|Policy: .+|Save…", "PUT /models/{model}/policy", Rests: true), new("Remove…", "DELETE /models/{model}/policy"), Trust, Revoke),
        new("/audit", "/audit", null, new Act("Check now", "GET /audit/verify")),
        new("/people", "/people", null, new("Add a person…", "POST /people"), new("Change .+", "PUT /people/{id:int}")),
        new("/people", "/people?tab=tokens", null, new Act("Revoke…", "DELETE /tokens/{id:int}")),
        new("/people", "/people?tab=displays", null, new("New display link…", "POST /display-links"), new("Revoke…", "DELETE /display-links/{id:int}")),
        new("/account", "/account", null, new("Change the password|New token…", "/account"), new("Sign out", "POST /sign-out")),
        new("/{*path:nonfile}", "/nothing/here", null),
    ];

    /// <summary>Pages that are not in the frame of the others, with what shows that they are open: without buttons that change something for those who see them.</summary>
    public static readonly IReadOnlyList<(string Route, string Address, string Open)> Frameless =
    [
        ("/wall", "/wall?models=departures", ".wall-screen"),
        ("/sign-in", "/sign-in", "form[action='/sign-in']"),
        ("/sign-in/first", "/sign-in/first", "main"),
    ];

    /// <summary>What a person presses to look, in names.</summary>
    public static readonly Regex Harmless = new(@"^(.+: show the (table|chart)|Open the prediction of this id|Click together|Segments…|Show older ones|Look further back|.+ newer predictions?|Select .+|Draw .+|.+ (timestamp|number|category|boolean)|All figures|\d+ model.*)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary>Commands without a button of their own here: programs give them, they stand in a dialog that another command opens, or the product would have to be in another state.</summary>
    public static readonly IReadOnlyList<string> OffPages =
    [
        "DELETE /api/v1/demo",
        "DELETE /api/v1/models/{model}",
        "DELETE /api/v1/people/{id:int}",
        "DELETE /api/v1/policy",
        "PATCH /api/v1/models/{model}",
        "POST /api/v1/alert-rules/preview",
        "POST /api/v1/demo/start",
        "POST /api/v1/demo/stop",
        "POST /api/v1/jobs/{id}/cancel",
        "POST /api/v1/models/{model}/analyses/{id}/cancel",
        "POST /api/v1/models/{model}/ground-truth",
        "POST /api/v1/models/{model}/observations",
        "POST /api/v1/models/{model}/rollouts/{id:guid}/pause",
        "POST /api/v1/models/{model}/rollouts/{id:guid}/promote",
        "POST /api/v1/models/{model}/versions/xgboost",
        "POST /api/v1/nodes/{name}/follow",
        "POST /api/v1/nodes/{name}/report",
        "POST /api/v1/requests/{id:int}/review",
        "POST /api/v1/requests/{id:int}/withdraw",
        "POST /invocations",
        "POST /sign-in",
        "POST /sign-in/first",
        "PUT /api/v1/people/{id:int}/password",
    ];
}
