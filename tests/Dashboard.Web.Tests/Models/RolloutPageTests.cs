using Bunit;
using Dashboard.Core;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Rollouts;
using Dashboard.Core.Governance.People;
using Dashboard.Storage;
using Dashboard.Storage.Deployments.Requests;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Models.Rollouts;
using Dashboard.Web.Tests.Api;
using Dashboard.Web.Tests.Components;
using Dashboard.Web.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Web.Tests.Models;

/// <summary>A rollout's page over real stores; nothing runs the rollout, so it stays where it was put.</summary>
public sealed class RolloutPageTests : PageTest, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-rollouts-").FullName;
    private readonly Dictionary<string, Actor> actors = new(StringComparer.Ordinal);

    public RolloutPageTests()
    {
        Services.AddLogging();
        Services.AddSingleton<HasAccounts>(() => true);
        Services.AddDashboardStorage(new DataDirectory(folder));
        Services.AddSingleton<Dashboard.Web.Hosting.Nodes.NodeDirectory>();
    }

    private RequestStore Requests => Services.GetRequiredService<RequestStore>();

    private RolloutStore Rollouts => Services.GetRequiredService<RolloutStore>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        foreach (var (name, role) in ((string, Role)[])[("ann", Role.Administrator), ("dia", Role.Contributor)])
        {
            var person = (await Services.GetRequiredService<PeopleStore>().CreateAsync(new(name, null, role, new Dictionary<string, Role>()), "test", default)).Value;
            actors[name] = new Actor(ActorKind.Person, $"{person.Id}", name, role, new Dictionary<string, Role>()) { PersonId = person.Id };
        }

        Assert.Null((await Services.GetRequiredService<XGBoostImport>().RunAsync(new("tiny", ModelApiTests.Tiny(-1), "dia"), default)).Error);
        Acting = actors["ann"];
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task What_waits_for_approval_is_decided_by_its_request_and_an_approved_rollout_can_make_room_for_another()
    {
        var (request, rollout) = await ProposeAsync();
        var page = Render<RolloutPage>(p => p.Add(r => r.Name, "tiny").Add(r => r.Id, rollout));
        page.WaitForAssertion(() => Assert.Contains("Waiting for approval", page.Find(".page-head .state").TextContent, StringComparison.Ordinal), Patience);
        Assert.Empty(page.FindAll(".page-head button"));
        var commands = Services.GetRequiredService<RolloutCommands>();
        var early = await commands.GiveAsync("tiny", rollout, RolloutAction.Supersede, (await StateAsync(rollout)).Revision, "ann", null, null, default);
        Assert.Contains("expected a decision on its request", Assert.IsType<Conflict>(early.Error).Message, StringComparison.Ordinal);

        Assert.Null((await Requests.BreakGlassAsync(request, "now", actors["ann"], default)).Error);
        page.WaitForAssertion(() => Assert.Equal(["Roll back…", "Supersede…"], page.FindAll(".page-head button").Select(button => button.TextContent.Trim())), Patience);
        await page.ActAsync(() => page.FindAll(".page-head button")[1].ClickAsync());
        page.WaitForAssertion(() => Assert.Contains("Another rollout of tiny may take its place.", page.Find("dialog").TextContent, StringComparison.Ordinal), Patience);
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("Superseded", page.Find(".page-head .state").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(RolloutPhase.Superseded, (await StateAsync(rollout)).Phase);
        Assert.Empty(page.FindAll(".page-head button"));
        Assert.NotEqual(rollout, (await ProposeAsync()).Rollout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_not_approved_is_in_no_list_and_its_page_says_so(bool rejected)
    {
        var (request, rollout) = await ProposeAsync();
        Assert.Null((rejected ? await Requests.RejectAsync(request, "not yet", actors["ann"], default) : await Requests.WithdrawAsync(request, "not yet", actors["dia"], default)).Error);

        Assert.Empty(await Rollouts.ListAsync("tiny", default));
        var page = Render<RolloutPage>(p => p.Add(r => r.Name, "tiny").Add(r => r.Id, rollout));
        page.WaitForAssertion(() => Assert.Contains("Not approved", page.Find(".page-head .state").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("not yet", page.Find(".verdict").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".page-head button"));
        Assert.Contains("ended here", page.Find(".strip .failed").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("still to come", page.Find(".strip").TextContent, StringComparison.Ordinal);
    }

    private async Task<(int Request, Guid Rollout)> ProposeAsync()
    {
        var made = await Requests.ProposeAsync(new("tiny", 1, "production", StandardPlans.Of(RolloutStrategy.AllAtOnce), "it is the first"), actors["dia"], default);
        return (made.Value, (await Requests.FindAsync(made.Value, null, default)).Value.RolloutId);
    }

    private async Task<RolloutState> StateAsync(Guid rollout) => (await Rollouts.FindAsync(rollout, default)).Value.State;
}
