using System.Text.RegularExpressions;
using Bunit;
using Dashboard.Core.Governance.People;
using Dashboard.Web.Components.Layout;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.People;
using Dashboard.Web.Tests.Kit;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Tests.People;

/// <summary>Pages call the services directly: what keeps a circuit within its roles is the gate before each page and the question before each command.</summary>
public sealed partial class CommandAccessTests : PageTest
{
    [Fact]
    public void Every_page_opens_in_a_circuit_to_the_roles_of_the_table_and_to_nobody_else()
    {
        ComponentFactories.AddStub<LayoutView>();
        foreach (var page in typeof(PageGate).Assembly.GetTypes())
            foreach (var route in page.GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>())
                foreach (var role in (Role?[])[null, .. Enum.GetValues<Role>()])
                {
                    Acting = new Actor(ActorKind.Person, "1", "mia", role, new Dictionary<string, Role>());
                    var row = AccessTable.Find(Surface.Page, "*", route.Template)!;

                    var shown = Render<PageGate>(gate => gate.Add(g => g.Route, new RouteData(page, new Dictionary<string, object?> { ["Name"] = "flights" })).AddChildContent("<i id='page'></i>"));

                    Assert.Equal(AccessControl.Decide(row, Acting, "flights") == Verdict.Allowed, shown.FindAll("#page").Count == 1);
                }
    }

    [Fact]
    public void A_button_is_there_for_whoever_may_press_it()
    {
        Acting = new Actor(ActorKind.Person, "1", "mia", Role.Viewer, new Dictionary<string, Role> { ["flights"] = Role.Approver });

        Assert.Single(Button(Permission.Promote, "flights"));
        Assert.Empty(Button(Permission.Promote, "prices"));
        Assert.Empty(Button(Permission.Promote, null));

        IReadOnlyList<AngleSharp.Dom.IElement> Button(Permission permission, string? model) => Render<Allowed>(allowed => allowed.Add(a => a.To, permission).Add(a => a.On, model).AddChildContent("<button></button>")).FindAll("button");
    }

    [Fact]
    public void Every_component_that_acts_in_somebodys_name_asks_first_whether_they_may()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Dashboard.sln")))
            root = root.Parent!;
        var components = Directory.EnumerateFiles(Path.Combine(root.FullName, "src", "Dashboard.Web", "Components", "Pages"), "*.razor*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".css", StringComparison.Ordinal)).ToList();

        var acting = components.Where(path => Command().IsMatch(File.ReadAllText(path))).ToList();

        Assert.True(acting.Count >= 25, $"Only {acting.Count} components act: the pattern has lost them.");
        Assert.Empty(acting.Where(path => !File.ReadAllText(path).Contains("Access.Refusal(", StringComparison.Ordinal)).Select(Path.GetFileName).ToList());
    }

    /// <summary>Calls that change something.</summary>
    [GeneratedRegex(@"\b\w+\.(Promote|RollBack|SetAlias|RemoveAlias|SetTags|Register|Create|Update|Delete|Remove|Add|Set|SetPassword|Change|Revoke|Cancel|Retry|Start|StartDemo|StopDemo|RemoveDemo|Submit|Request|Test|Tag|Acknowledge|Comment|End|Write|Propose|Approve|Reject|Withdraw|Waive|BreakGlass|Review|Renew|Give|Erase|Trust)Async\((?!\))", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Command();
}
