namespace Dashboard.Core.Deployments.Requests;

/// <summary>What a policy must be like before it holds.</summary>
public static class PolicyCheck
{
    public const int MaxRules = 10;
    public const int MaxGroups = 50;
    public const int MaxMembers = 500;
    public const int MaxName = 100;
    public const int MaxDays = 365;
    public const int MaxSegments = 50;

    /// <summary>What is wrong, by field, the first thing first; null when nothing is.</summary>
    public static Error? Check(this PromotionPolicy policy) => Parts(policy) ?? Groups(policy.Groups) ?? Rules(policy) ?? Days("requestDays", policy.RequestDays) ?? Days("approvalDays", policy.ApprovalDays)
        ?? Checks(policy.RequiredChecks) ?? Margins(policy.Margins)
        ?? (policy.LatencyBudgetMs > 0 && policy.LatencyBudgetMs <= 60_000 ? null : InvalidValue.Of("latencyBudgetMs", $"{policy.LatencyBudgetMs}", "milliseconds above 0 and at most 60000"));

    private static InvalidValue? Parts(PromotionPolicy policy) =>
        policy.Approvals is null ? InvalidValue.Of("approvals", null, "a list of rules; empty where proposing is enough")
        : policy.Groups is null ? InvalidValue.Of("groups", null, "a list of groups; empty without any")
        : policy.RequiredChecks is null ? InvalidValue.Of("requiredChecks", null, $"a list of {string.Join(", ", CheckNames.All)}; empty without any")
        : policy.Margins?.Segments is null ? InvalidValue.Of(policy.Margins is null ? "margins" : "margins.segments", null, "{ overall, segments: { name: margin } }")
        : policy.Automatic is null ? InvalidValue.Of("automatic", null, "what may happen without a person; {} for nothing")
        : null;

    private static InvalidValue? Groups(IReadOnlyList<PeopleGroup> groups)
    {
        if (groups.Count > MaxGroups)
            return InvalidValue.Of("groups", $"{groups.Count} groups", $"at most {MaxGroups}");
        for (var i = 0; i < groups.Count; i++)
        {
            var (field, group) = ($"groups[{i}]", groups[i]);
            if (group is null)
                return InvalidValue.Of(field, null, "a group { name, people }");
            if (Name($"{field}.name", group.Name) is { } unnamed)
                return unnamed;
            if (group.Name is PromotionPolicy.Approvers or PromotionPolicy.Administrators || groups.Take(i).Any(other => other.Name == group.Name))
                return InvalidValue.Of($"{field}.name", group.Name, $"a name that no other group has; {PromotionPolicy.Approvers} and {PromotionPolicy.Administrators} are those with the role");
            if (group.People is null || group.People.Count is 0 or > MaxMembers)
                return InvalidValue.Of($"{field}.people", group.People is null ? null : $"{group.People.Count} people", $"1 to {MaxMembers} accounts by their numbers");
            if (group.People.Distinct().Count() != group.People.Count)
                return InvalidValue.Of($"{field}.people", string.Join(", ", group.People), "every account once");
        }

        return null;
    }

    private static InvalidValue? Rules(PromotionPolicy policy)
    {
        if (policy.Approvals.Count > MaxRules)
            return InvalidValue.Of("approvals", $"{policy.Approvals.Count} rules", $"at most {MaxRules}");
        for (var i = 0; i < policy.Approvals.Count; i++)
        {
            var (field, rule) = ($"approvals[{i}]", policy.Approvals[i]);
            if (rule is null)
                return InvalidValue.Of(field, null, "a rule { name, group, count }");
            if (Name($"{field}.name", rule.Name) is { } unnamed)
                return unnamed;
            if (policy.Approvals.Take(i).Any(other => other.Name == rule.Name))
                return InvalidValue.Of($"{field}.name", rule.Name, "a name that no other rule has");
            var group = policy.Groups.FirstOrDefault(group => group.Name == rule.Group);
            if (group is null && rule.Group is not (PromotionPolicy.Approvers or PromotionPolicy.Administrators))
                return InvalidValue.Of($"{field}.group", rule.Group, string.Join(", ", policy.Groups.Select(one => one.Name).Prepend(PromotionPolicy.Administrators).Prepend(PromotionPolicy.Approvers)));
            var most = group?.People.Count ?? MaxMembers;
            if (rule.Count < 1 || rule.Count > most)
                return InvalidValue.Of($"{field}.count", $"{rule.Count}", group is null ? $"1 to {most}" : $"1 to the group's {most}");
        }

        return null;
    }

    private static InvalidValue? Days(string field, int days) => days is >= 1 and <= MaxDays ? null : InvalidValue.Of(field, $"{days}", $"1 to {MaxDays} days");

    private static InvalidValue? Checks(IReadOnlyList<string> checks)
    {
        for (var i = 0; i < checks.Count; i++)
            if (!CheckNames.All.Contains(checks[i]) || checks.Take(i).Contains(checks[i]))
                return InvalidValue.Of($"requiredChecks[{i}]", checks[i], $"each once of {string.Join(", ", CheckNames.All)}");
        return null;
    }

    private static InvalidValue? Margins(PromotionMargins margins)
    {
        if (!IsMargin(margins.Overall))
            return InvalidValue.Of("margins.overall", $"{margins.Overall}", "a share of the champion's loss from 0 to 1");
        if (margins.Segments.Count > MaxSegments)
            return InvalidValue.Of("margins.segments", $"{margins.Segments.Count} segments", $"at most {MaxSegments}");
        foreach (var (name, margin) in margins.Segments)
            if (!IsMargin(margin))
                return InvalidValue.Of($"margins.segments.{name}", $"{margin}", "a share of the champion's loss from 0 to 1");
        return null;
    }

    private static bool IsMargin(double margin) => margin is >= 0 and <= 1;

    private static InvalidValue? Name(string field, string? name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl) ? InvalidValue.Of(field, string.IsNullOrWhiteSpace(name) ? null : name, $"text of 1 to {MaxName} characters on one line") : null;
}
