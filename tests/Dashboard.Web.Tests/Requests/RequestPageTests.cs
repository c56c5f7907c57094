using Bunit;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Training.Evaluation;
using Dashboard.Storage;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Approvals;
using Dashboard.Web.Components.Pages.Models;
using Dashboard.Web.Tests.Api;
using Dashboard.Web.Tests.Components;
using Dashboard.Web.Tests.Kit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Requests;

/// <summary>Inbox, request page, dialog and policy over real stores, as several people see them.</summary>
public sealed class RequestPageTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-requests-").FullName;
    private readonly Dictionary<string, Actor> actors = new(StringComparer.Ordinal);

    public RequestPageTests()
    {
        Services.AddLogging();
        Services.AddSingleton<HasAccounts>(() => true);
        Services.AddDashboardStorage(new DataDirectory(folder));
    }

    private RequestStore Store => Services.GetRequiredService<RequestStore>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        foreach (var (name, role) in ((string, Role)[])[("ann", Role.Administrator), ("ben", Role.Approver), ("dia", Role.Contributor), ("viv", Role.Viewer)])
        {
            var person = (await Services.GetRequiredService<PeopleStore>().CreateAsync(new(name, null, role, new Dictionary<string, Role>()), "test", default)).Value;
            actors[name] = new Actor(ActorKind.Person, $"{person.Id}", name, role, new Dictionary<string, Role>()) { PersonId = person.Id };
        }

        foreach (var bias in (double[])[-1, -2])
            Assert.Null((await Services.GetRequiredService<XGBoostImport>().RunAsync(new("tiny", ModelApiTests.Tiny(bias), "dia"), default)).Error);
        Acting = actors["dia"];
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task What_waits_is_in_the_inbox_of_those_who_may_approve_and_in_the_headers_count()
    {
        var id = await ReadyAsync();
        var mine = Render<ApprovalsPage>();
        mine.WaitForAssertion(() => Assert.Contains("Nothing waits for you", mine.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("Approvals: nothing waits for you", Render<ApprovalsButton>().Markup, StringComparison.Ordinal);

        Acting = actors["ben"];
        var theirs = Render<ApprovalsPage>();
        theirs.WaitForAssertion(() => Assert.Equal($"/approvals/{id}", theirs.Find("article h2 a").GetAttribute("href")), Patience);
        Assert.Contains("0 of 1 approval", theirs.Find(".state").TextContent, StringComparison.Ordinal);
        var button = Render<ApprovalsButton>();
        button.WaitForAssertion(() => Assert.Equal("1", button.Find(".number").TextContent), Patience);
        await Store.RejectAsync(id, "no", actors["ann"], default);
        button.WaitForAssertion(() => Assert.Empty(button.FindAll(".number")), Patience);
    }

    [Fact]
    public async Task The_page_shows_evidence_checks_and_approvals_and_an_approver_approves_on_it()
    {
        var id = await ReadyAsync();
        Acting = actors["ben"];
        var page = Render<RequestPage>(p => p.Add(r => r.Id, id));
        page.WaitForAssertion(() => Assert.Equal("Version 1 of tiny", page.Find("h1").TextContent), Patience);
        Assert.Contains("Log loss", page.Markup, StringComparison.Ordinal);
        Assert.Contains("95 % interval", page.Markup, StringComparison.Ordinal);
        Assert.Equal(CheckNames.All.Select(CheckNames.Words), page.FindAll(".checks b").Select(name => name.FirstChild!.TextContent.Trim()));
        Assert.Equal(["Passed", "Not judged"], page.FindAll(".checks .state").Select(state => state.TextContent.Trim()).Distinct());
        Assert.Contains("Can approve: ann, ben", page.Markup, StringComparison.Ordinal);

        await ClickAsync(page, "Approve…");
        page.WaitForAssertion(() => Assert.Contains("Yours is the last approval", page.Find("dialog").TextContent, StringComparison.Ordinal), Patience);
        await page.ActAsync(() => page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "fine" }));
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("Approved", page.Find(".page-head .state").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("fine", page.Find(".given").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll(".page-head button"), one => one.TextContent.Contains("Approve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_proposed_sees_why_they_cannot_approve_and_may_withdraw()
    {
        var id = await ReadyAsync();
        var page = Render<RequestPage>(p => p.Add(r => r.Id, id));
        page.WaitForAssertion(() => Assert.Contains("proposed this, so somebody else has to approve it", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["Gather evidence anew…", "Withdraw…"], page.FindAll(".page-head button").Select(button => button.TextContent.Trim()));

        Acting = actors["viv"];
        var looks = Render<RequestPage>(p => p.Add(r => r.Id, id));
        looks.WaitForAssertion(() => Assert.NotEmpty(looks.FindAll(".checks li")), Patience);
        Assert.Empty(looks.FindAll(".page-head button"));
        Assert.Empty(looks.FindAll("form"));
    }

    [Fact]
    public async Task A_check_that_fails_closes_the_way_until_it_is_waived_with_a_reason()
    {
        var id = await ReadyAsync(CheckNames.Smoke);
        Acting = actors["ben"];
        var page = Render<RequestPage>(p => p.Add(r => r.Id, id));
        page.WaitForAssertion(() => Assert.Contains("A required check fails", page.Find(".page-head .state").TextContent, StringComparison.Ordinal), Patience);
        Assert.True(page.FindAll(".page-head button").Single(button => button.TextContent.Contains("Approve", StringComparison.Ordinal)).HasAttribute("disabled"));

        await ClickAsync(page, "Waive…");
        page.WaitForAssertion(() => Assert.True(page.Find("dialog footer button:last-child").HasAttribute("disabled")), Patience);
        await page.ActAsync(() => page.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "a known fault" }));
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("ben waived it", page.Find(".waiver").TextContent, StringComparison.Ordinal), Patience);
        Assert.False(page.FindAll(".page-head button").Single(button => button.TextContent.Contains("Approve", StringComparison.Ordinal)).HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_version_is_proposed_from_the_list_of_versions_with_a_plan_that_can_be_seen()
    {
        var tab = Render<VersionsTab>(p => p.Add(t => t.Model, "tiny"));
        tab.WaitForAssertion(() => Assert.Equal(2, tab.FindAll("tbody tr").Count), Patience);
        Assert.DoesNotContain(tab.FindAll("button"), button => button.TextContent.Contains("Promote", StringComparison.Ordinal));
        await tab.ActAsync(() => tab.FindAll("tbody button").First(button => button.TextContent.Contains("Propose", StringComparison.Ordinal)).ClickAsync());
        tab.WaitForAssertion(() => Assert.Contains("One approval is needed.", tab.Find("dialog").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(["AllAtOnce", "BlueGreen"], tab.FindAll("dialog option").Select(option => option.GetAttribute("value")));
        Assert.NotEmpty(tab.FindAll("dialog .strip li"));
        Assert.True(tab.Find("dialog footer button:last-child").HasAttribute("disabled"));

        await tab.ActAsync(() => tab.Find("dialog textarea").InputAsync(new ChangeEventArgs { Value = "the first" }));
        await tab.ActAsync(() => tab.Find("dialog footer button:last-child").ClickAsync());

        tab.WaitForAssertion(() => Assert.StartsWith("/approvals/", new Uri(Navigation.Uri).AbsolutePath, StringComparison.Ordinal), Patience);
        Assert.Equal(("the first", "dia", RolloutStrategy.AllAtOnce), (await Store.ListAsync(null, null, null, default)).Select(one => (one.Reason, one.ProposedBy, one.Strategy)).Single());
    }

    [Fact]
    public void A_canarys_steps_can_be_changed_and_what_does_not_fit_is_named()
    {
        var draft = new PlanDraft(RolloutStrategy.Canary);
        draft.AddStep();
        Assert.Equal(4, draft.ToPlan().Value.Steps.Count);
        draft.Steps[1].Weight = 4;
        Assert.Equal("steps[1].weight", draft.ToPlan().Error?.Field);
        Assert.Equal("Step 2: the weight is 4 %; expected more than 5 % and less than 100 %, with at most two decimals.", draft.Fault);
        draft.Steps[1].Weight = 20.125m;
        Assert.Equal("steps[1].weight", draft.ToPlan().Error?.Field);
        draft.Steps[1].Weight = 20;
        draft.Steps[0].Longest = 1;
        Assert.Equal("steps[0].longest", draft.ToPlan().Error?.Field);
        Assert.Equal("Step 1: 'at most' is 1 min; expected 10 min, its 'at least', to 132480 min (92 days).", draft.Fault);
        draft.Steps[0].Longest = 120;
        draft.Metrics[0].Margin = -1;
        Assert.Equal("Errors: 'by' is -1 pp; expected more than 0 and less than 100 pp.", draft.Fault);
        draft.Strategy = RolloutStrategy.BlueGreen;
        Assert.Empty(draft.ToPlan().Value.Steps);
        Assert.Null(draft.Fault);
    }

    [Fact]
    public async Task An_administrator_gives_a_model_its_own_policy_and_others_only_read_it()
    {
        var reads = Render<PolicyPage>();
        reads.WaitForAssertion(() => Assert.Contains("The default: nobody has written one", reads.Markup, StringComparison.Ordinal), Patience);
        Assert.True(reads.Find("fieldset.policy").HasAttribute("disabled"));
        Assert.DoesNotContain(reads.FindAll("button"), button => button.TextContent.Contains("policy", StringComparison.Ordinal));

        Acting = actors["ann"];
        Navigation.NavigateTo("/policy?model=tiny");
        var page = Render<PolicyPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".rule")), Patience);
        await page.ActAsync(() => page.Find(".rule .count input").ChangeAsync(new ChangeEventArgs { Value = "3" }));
        Assert.Contains("asks for 3 people, and only 2 people could approve by it today", page.Find("fieldset.policy .notice").TextContent, StringComparison.Ordinal);
        await page.ActAsync(() => page.Find(".rule .count input").ChangeAsync(new ChangeEventArgs { Value = "2" }));
        Assert.Empty(page.FindAll("fieldset.policy .notice"));
        await ClickAsync(page, "Give tiny a policy of its own…");
        page.WaitForAssertion(() => Assert.Contains("2 approvals before a version goes live in tiny", page.Find("dialog").TextContent, StringComparison.Ordinal), Patience);
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("tiny’s own", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(2, (await Services.GetRequiredService<PolicyStore>().FindAsync("tiny", "", default)).Value.Policy.ApprovalsNeeded);
        Assert.True((await Services.GetRequiredService<PolicyStore>().FindAsync(null, "", default)).Value.IsDefault);
    }

    private static Task ClickAsync<T>(IRenderedComponent<T> page, string label)
        where T : IComponent => page.ActAsync(() => page.FindAll("button").First(button => button.TextContent.Trim() == label).ClickAsync());

    private async Task<int> ReadyAsync(string? failed = null)
    {
        var id = (await Store.ProposeAsync(new("tiny", 1, "production", StandardPlans.Of(RolloutStrategy.AllAtOnce), "it is the first"), actors["dia"], default)).Value;
        var difference = new PairedDifference("log_loss", 0.5, 0.49, -0.01, -0.02, 0.001);
        var comparison = new ChallengerComparison(1, 500, new Dictionary<string, double> { ["log_loss"] = 0.5 }, new Dictionary<string, double> { ["log_loss"] = 0.49 }, [difference], ComparisonVerdict.NoClearDifference, "No clear difference on 500 held-out rows: 95 % interval −0.02 to +0.001.");
        var evidence = new RequestEvidence(TimeProvider.System.GetUtcNow(), new string('a', 64), 2, new string('b', 64), comparison, "500 rows", [new("long haul", "distance > 1000", 120, difference, null), new("night", "hour < 6", 3, null, "3 held-out rows are in it; 30 are needed.")],
            new([new("Rows", "100", "200")], [new("rounds", "5", "30")], [], [new("distance", 0.5, 0.7)]), null, new(500, 3.1, 9.2, 2.0, 8.0), new(1000, 500, 900, 400),
            [.. CheckNames.All.Select(name => name == failed ? CheckResult.Failed(name, "It does not.") : name == CheckNames.Skew ? CheckResult.NotApplicable(name, "There is no live traffic.") : CheckResult.Passed(name, "It does."))]);
        Assert.Null((await Store.StoreEvidenceAsync(id, evidence, default)).Error);
        return id;
    }
}
