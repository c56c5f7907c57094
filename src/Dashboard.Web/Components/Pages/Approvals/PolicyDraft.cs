using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Web.Components.Pages.Approvals;

/// <summary>A policy while somebody edits it.</summary>
internal sealed class PolicyDraft
{
    private readonly PromotionPolicy held;

    public PolicyDraft(PromotionPolicy held)
    {
        this.held = held;
        Rules = [.. held.Approvals.Select(rule => new RuleDraft { Name = rule.Name, Group = rule.Group, Count = rule.Count })];
        Groups = [.. held.Groups.Select(group => new GroupDraft { Name = group.Name, People = [.. group.People] })];
        Checks = [.. held.RequiredChecks];
        RequireSignature = held.RequireSignature;
        (FourEyes, BreakGlass, RequestDays, ApprovalDays) = (held.FourEyes, held.BreakGlass, held.RequestDays, held.ApprovalDays);
        (MarginPercent, BudgetMs, Automatic) = (held.Margins.Overall * 100, held.LatencyBudgetMs, held.Automatic);
        Segments = held.Margins.Segments.ToDictionary(pair => pair.Key, pair => pair.Value * 100, StringComparer.Ordinal);
    }

    public List<RuleDraft> Rules { get; }
    public List<GroupDraft> Groups { get; }
    public HashSet<string> Checks { get; }
    public bool FourEyes { get; set; }
    public bool BreakGlass { get; set; }
    public bool RequireSignature { get; set; }
    public int RequestDays { get; set; }
    public int ApprovalDays { get; set; }
    public double MarginPercent { get; set; }
    public double BudgetMs { get; set; }
    public AutomaticActions Automatic { get; set; }

    /// <summary>Margins in per cent by segment.</summary>
    public Dictionary<string, double> Segments { get; }

    public bool IsChanged => ToPolicy().Digest != held.Digest;

    /// <summary>Groups that a rule can name.</summary>
    public IEnumerable<string> GroupNames => Groups.Select(group => group.Name.Trim()).Where(name => name.Length > 0).Prepend(PromotionPolicy.Administrators).Prepend(PromotionPolicy.Approvers);

    public void AddRule() => Rules.Add(new() { Name = Rules.Count == 0 ? "Approval" : $"Approval {Rules.Count + 1}", Group = PromotionPolicy.Approvers, Count = 1 });

    public void AddGroup() => Groups.Add(new() { Name = $"group {Groups.Count + 1}", People = [] });

    public void Rename(GroupDraft group, string name)
    {
        // Rules that name the group go with it.
        foreach (var rule in Rules.Where(rule => rule.Group == group.Name))
            rule.Group = name;
        group.Name = name;
    }

    public PromotionPolicy ToPolicy() => new([.. Rules.Select(rule => new ApprovalRule(rule.Name.Trim(), rule.Group, rule.Count))], [.. Groups.Select(group => new PeopleGroup(group.Name.Trim(), [.. group.People.Order()]))],
        [.. CheckNames.All.Where(Checks.Contains)], new(MarginPercent / 100, Segments.ToDictionary(pair => pair.Key, pair => pair.Value / 100, StringComparer.Ordinal)), Automatic, FourEyes, RequestDays, ApprovalDays, BudgetMs, BreakGlass, RequireSignature);
}

internal sealed class RuleDraft
{
    public string Name { get; set; } = "";
    public string Group { get; set; } = PromotionPolicy.Approvers;
    public int Count { get; set; } = 1;
}

internal sealed class GroupDraft
{
    public string Name { get; set; } = "";
    public HashSet<int> People { get; set; } = [];
}
