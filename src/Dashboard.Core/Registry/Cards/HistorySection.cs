namespace Dashboard.Core.Registry.Cards;

/// <summary>What happened to the version: what it replaced, who decided, and what it set off.</summary>
internal static class HistorySection
{
    public static CardSection Of(CardFacts facts) => new("history", "History and approvals",
    [
        Lineage(facts), Changes(facts.Changes), Approvals(facts.Approvals), .. Alerts(facts),
    ]);

    private static CardText Lineage(CardFacts facts) => facts.Changes.FirstOrDefault(change => !change.IsRollback && change.To == facts.Version) switch
    {
        null => new CardText("It has not been champion."),
        { From: { } from } first => new CardText($"It became champion on {CardWords.Instant(first.At)} in place of version {from}."),
        var first => new CardText($"It became the first champion of {facts.Model} on {CardWords.Instant(first.At)}."),
    };

    private static CardBlock Changes(IReadOnlyList<CardChange> changes) => changes.Count == 0
        ? new CardGap("No promotion or rollback has concerned it.")
        : new CardTable("Promotions and rollbacks", [new("When"), new("What"), new("By"), new("Why")],
            [.. changes.Select(change => (IReadOnlyList<string>)[CardWords.Instant(change.At), What(change), change.By, change.Reason.Length == 0 ? "no reason given" : change.Reason])]);

    private static string What(CardChange change) => (change.IsRollback, change.From) switch
    {
        (true, { } from) => $"Rolled back from version {from} to version {change.To}",
        (true, null) => $"Rolled back to version {change.To}",
        (false, { } from) => $"Version {change.To} promoted in place of version {from}",
        _ => $"Version {change.To} promoted",
    };

    private static CardBlock Approvals(IReadOnlyList<CardApproval> approvals) => approvals.Count == 0
        ? new CardGap("No approval of it is recorded.")
        : new CardTable("Approvals", [new("When"), new("Decision"), new("By"), new("Comment")],
            [.. approvals.Select(approval => (IReadOnlyList<string>)[CardWords.Instant(approval.At), approval.Approved ? "approved" : "rejected", approval.By, approval.Comment.Length == 0 ? CardWords.None : approval.Comment])]);

    private static IEnumerable<CardBlock> Alerts(CardFacts facts)
    {
        if (facts.Alerts.Total == 0)
        {
            yield return new CardText(facts.Changes.Any(change => change.To == facts.Version) ? "No alert has fired while it was champion." : "It has not been champion, so no alert is about it.");
            yield break;
        }

        var left = facts.Alerts.Total - facts.Alerts.Newest.Count;
        yield return new CardTable("Alerts while it was champion", [new("Fired"), new("Alert"), new("Severity"), new("What was found"), new("Ended")],
            [.. facts.Alerts.Newest.Select(alert => (IReadOnlyList<string>)[CardWords.Instant(alert.FiredAt), alert.Rule, alert.Severity, alert.Situation, alert.ResolvedAt is { } end ? CardWords.Instant(end) : "fires still"])],
            left > 0 ? $"The newest {facts.Alerts.Newest.Count} of {CardWords.Count(facts.Alerts.Total)}." : null);
    }
}
