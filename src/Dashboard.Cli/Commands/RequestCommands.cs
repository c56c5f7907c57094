using System.CommandLine;
using Dashboard.Cli.Installations;
using Dashboard.Cli.Tables;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard request …</c>: a version is proposed, looked at and decided upon, by a running host.</summary>
internal static class RequestCommands
{
    private const string Why = "Requests take a running host, where people have accounts and evidence is gathered";

    public static Command All() => new("request", $"Promotion requests of a running host. {RemoteInstallation.TokenVariable} says who proposes and approves.") { Propose(), List(), Show(), Approve(), Reject() };

    private static Command Propose()
    {
        var (name, reason) = (ModelCommands.Name(), new Option<string>("--reason") { Description = "What is better, and for whom.", Required = true });
        var version = new Option<int>("--version") { Description = "Number of the version.", Required = true };
        var strategy = new Option<string>("--strategy") { Description = "allAtOnce, blueGreen, canary, abTest, shadow or rolling, each with its standard plan.", DefaultValueFactory = _ => "canary" };
        var environment = new Option<string>("--environment") { Description = "Where to: production, or another that the host has.", DefaultValueFactory = _ => RolloutTarget.Production };
        var command = new Command("propose", "Ask for a version to go live.") { name, version, environment, strategy, reason };
        command.Asks(Why, async (host, parsed, outcome, ct) =>
            outcome.Of(await host.ProposeAsync(parsed.GetRequiredValue(name), parsed.GetValue(version), parsed.GetRequiredValue(environment), parsed.GetRequiredValue(strategy), parsed.GetRequiredValue(reason), ct), Write));
        return command;
    }

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "open, approved, rejected, withdrawn or expired. Without it: all." };
        var waiting = new Option<bool>("--waiting") { Description = "Only what waits for whoever asks." };
        var command = new Command("list", "List requests, the newest first.") { state, waiting };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.RequestsAsync(parsed.GetValue(state), parsed.GetValue(waiting), ct), (requests, text) =>
        {
            if (requests.Length == 0)
            {
                text.WriteLine($"No requests in {host.Place}.");
                return;
            }

            var grid = new Grid(">REQUEST", "MODEL", ">VERSION", "STATE", ">APPROVALS", "BY", "REASON");
            foreach (var request in requests)
                grid.Add($"{request.Id}", request.Model, $"{request.Version}", Word(request), $"{request.Given}/{request.Needed}", request.ProposedBy, request.Reason.ReplaceLineEndings(" "));
            grid.WriteTo(text);
        }));
        return command;
    }

    private static Command Show()
    {
        var id = Id();
        var command = new Command("show", "Show a request with its checks and approvals.") { id };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.RequestAsync(parsed.GetValue(id), ct), Write));
        return command;
    }

    private static Command Approve()
    {
        var (id, comment) = (Id(), new Option<string?>("--comment") { Description = "For the record." });
        var digest = new Option<string>("--digest") { Description = "The request's digest as 'show' printed it: what is approved is what was looked at.", Required = true };
        var command = new Command("approve", "Approve what has this digest; the last approval starts the rollout.") { id, digest, comment };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.ApproveAsync(parsed.GetValue(id), parsed.GetRequiredValue(digest), parsed.GetValue(comment) ?? "", ct), Write));
        return command;
    }

    private static Command Reject()
    {
        var (id, reason) = (Id(), new Option<string>("--reason") { Description = "Why.", Required = true });
        var command = new Command("reject", "Reject a request.") { id, reason };
        command.Asks(Why, async (host, parsed, outcome, ct) => outcome.Of(await host.RejectAsync(parsed.GetValue(id), parsed.GetRequiredValue(reason), ct), Write));
        return command;
    }

    private static Argument<int> Id() => new("request") { Description = "Number of the request." };

    private static void Write(RequestShown shown, TextWriter text)
    {
        var request = shown.Summary;
        text.WriteLine($"Request {request.Id}: version {request.Version} of {request.Model} to {request.Environment}, {Word(request)}, {request.Given} of {request.Needed} {(request.Needed == 1 ? "approval" : "approvals")}");
        text.WriteLine($"By {request.ProposedBy}: {request.Reason}");
        if (shown.Digest is null)
            text.WriteLine(shown.EvidenceError ?? "The evidence is being gathered; look again in some seconds.");
        else
            text.WriteLine($"Digest {shown.Digest}");
        if (shown.Checks.Count > 0)
        {
            var grid = new Grid("CHECK", "STATE", "REQUIRED", "WORDS");
            foreach (var check in shown.Checks)
                grid.Add(CheckNames.Words(check.Result.Name), check.State, check.IsRequired ? "yes" : "", check.Result.Words);
            grid.WriteTo(text);
        }

        foreach (var approval in shown.Approvals)
            text.WriteLine($"{approval.By}: {(approval.State == ApprovalState.Counts ? "approves" : $"approved, {approval.State.ToString().ToLowerInvariant()}")}{(approval.Comment.Length > 0 ? $" ({approval.Comment})" : "")}");
        foreach (var rule in shown.Rules.Where(rule => rule.Missing > 0 && request.State == RequestState.Open))
            text.WriteLine($"Missing for “{rule.Rule.Name}”: {rule.Missing}, of {string.Join(", ", rule.May)}");
    }

    private static string Word(RequestSummary request) => request switch
    {
        { ReviewOutstanding: true } => "approved past the rules, review outstanding",
        { State: RequestState.Open, HasEvidence: false } => "open, gathering evidence",
        { State: RequestState.Open, Blocking: > 0 } => "open, a required check fails",
        _ => request.State.ToString().ToLowerInvariant(),
    };
}
