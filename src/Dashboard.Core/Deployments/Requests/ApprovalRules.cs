namespace Dashboard.Core.Deployments.Requests;

/// <summary>
/// Says of a request's approvals which count, what is missing, who can give it, and why somebody cannot. A person counts for one rule: approvals are matched to rules so that as many places as possible are filled
/// (a maximum bipartite matching by augmenting paths, Kuhn 1955), so that the order in which people approve does not matter.
/// </summary>
public static class ApprovalRules
{
    /// <param name="approvals">In the order given.</param>
    /// <param name="people">Everybody with an account that works.</param>
    public static ApprovalStanding Of(PromotionPolicy policy, RequestFacts request, IReadOnlyList<Approval> approvals, IReadOnlyList<Reviewer> people, DateTimeOffset now)
    {
        var states = approvals.Select(approval => StateOf(policy, request, approval, people, now)).ToList();
        var counting = approvals.Where((_, i) => states[i] == ApprovalState.Counts).DistinctBy(approval => approval.By).ToList();
        var places = policy.Approvals.SelectMany(rule => Enumerable.Repeat(rule, rule.Count)).ToList();
        var filled = Match(policy, places, [.. counting.Select(approval => people.First(person => person.Id == approval.By))]);
        var others = people.Where(person => counting.All(approval => approval.By != person.Id) && Excluded(policy, request, person) is null).ToList();
        return new([.. policy.Approvals.Select(rule => new RuleStanding(rule,
            [.. places.Index().Where(place => place.Item == rule && filled[place.Index] is not null).Select(place => filled[place.Index]!.Name).Order(StringComparer.Ordinal)],
            [.. others.Where(person => IsIn(policy, rule.Group, person)).Select(person => person.Name)]))], states);
    }

    /// <summary>Why a person cannot approve now; null: they can.</summary>
    /// <param name="seen">The digest of what they looked at.</param>
    public static Error? Refusal(PromotionPolicy policy, RequestFacts request, IReadOnlyList<Approval> approvals, IReadOnlyList<Reviewer> people, Reviewer person, string seen, DateTimeOffset now)
    {
        if (now >= request.ExpiresAt)
            return new RequestExpired(request.ExpiresAt);
        if (request.Digest is null || seen != request.Digest)
            return StaleDigest.Of(seen, request.Digest);
        if (Excluded(policy, request, person) is { } own)
            return own;
        var standing = Of(policy, request, approvals, people, now);
        for (var i = 0; i < approvals.Count; i++)
            if (approvals[i].By == person.Id && standing.States[i] == ApprovalState.Counts)
                return new AlreadyApproved(person.Name, approvals[i].At);
        if (standing.IsComplete)
            return new NothingToApprove();
        return RuleFor(policy, request, approvals, people, person, now) is null ? new NotInGroup(person.Name, [.. standing.Rules.Where(rule => rule.Missing > 0).Select(rule => rule.Rule.Group).Distinct()]) : null;
    }

    /// <summary>The rule that gains by a person's approval: the one of theirs that lacks most; null where none does.</summary>
    public static ApprovalRule? RuleFor(PromotionPolicy policy, RequestFacts request, IReadOnlyList<Approval> approvals, IReadOnlyList<Reviewer> people, Reviewer person, DateTimeOffset now)
    {
        var before = Of(policy, request, approvals, people, now);
        var after = Of(policy, request, [.. approvals, new(person.Id, person.Name, now, request.Digest ?? "", "", "")], people, now);
        // Another's approval may move to another rule to make room; what grew is what this one is for.
        return after.Given > before.Given ? policy.Approvals.Where((_, i) => after.Rules[i].By.Count > before.Rules[i].By.Count).FirstOrDefault() : null;
    }

    /// <summary>Four eyes: why a person may neither approve nor waive, whatever is missing; null: they may.</summary>
    public static Error? Excluded(PromotionPolicy policy, RequestFacts request, Reviewer person) =>
        !policy.FourEyes ? null
        : request.ProposedBy == person.Id ? new OwnRequest(person.Name)
        : request.TrainedBy.Contains(person.Id) ? new TrainedIt(person.Name)
        : null;

    private static ApprovalState StateOf(PromotionPolicy policy, RequestFacts request, Approval approval, IReadOnlyList<Reviewer> people, DateTimeOffset now)
    {
        if (approval.Digest != request.Digest)
            return ApprovalState.Void;
        if (now >= approval.At.AddDays(policy.ApprovalDays))
            return ApprovalState.Expired;
        return people.FirstOrDefault(person => person.Id == approval.By) is { } giver && Excluded(policy, request, giver) is null && policy.Approvals.Any(rule => IsIn(policy, rule.Group, giver))
            ? ApprovalState.Counts
            : ApprovalState.NoLongerMay;
    }

    private static bool IsIn(PromotionPolicy policy, string group, Reviewer person) => person.MayApprove && group switch
    {
        PromotionPolicy.Approvers => true,
        PromotionPolicy.Administrators => person.IsAdministrator,
        _ => policy.Groups.Any(one => one.Name == group && one.People.Contains(person.Id)),
    };

    /// <returns>For each place who fills it; null: nobody yet.</returns>
    private static Reviewer?[] Match(PromotionPolicy policy, List<ApprovalRule> places, IReadOnlyList<Reviewer> givers)
    {
        var filled = new Reviewer?[places.Count];
        foreach (var giver in givers)
            Place(giver, new bool[places.Count]);
        return filled;

        bool Place(Reviewer giver, bool[] tried)
        {
            for (var place = 0; place < places.Count; place++)
            {
                if (tried[place] || !IsIn(policy, places[place].Group, giver))
                    continue;
                tried[place] = true;
                if (filled[place] is not { } present || Place(present, tried))
                {
                    filled[place] = giver;
                    return true;
                }
            }

            return false;
        }
    }
}
