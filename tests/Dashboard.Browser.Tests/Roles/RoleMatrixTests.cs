using Dashboard.Browser.Tests.Product;
using Dashboard.Core.Governance.People;
using Dashboard.Web.People;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>The table of access in real circuits: every page for everybody, with the buttons that each may press.</summary>
[Collection(RoleProductRuns.Name)]
public sealed class RoleMatrixTests(SharedRoleProduct shared)
{
    /// <summary>Buttons, switches and folds of the page, without the legends, tables and maps of charts: name, and whether it can be pressed.</summary>
    private const string Buttons = """
        () => [...document.querySelectorAll('main button, main input[type=checkbox]')]
            .filter(one => one.checkVisibility() && !one.closest('dialog, section.chart, [role=grid], td:first-child') && !one.matches('.link'))
            .map(one => [(one.closest('fieldset.policy') && one.type === 'checkbox' ? 'Policy: ' : '') + (one.getAttribute('aria-label') ?? (one.labels?.[0] ?? one).textContent).trim().replace(/\s+/g, ' '), one.matches(':disabled') ? '' : 'on'])
        """;

    private static readonly Dictionary<string, Role> Nothing = [];

    [Fact]
    public void Every_page_of_the_table_is_looked_at_and_every_command_has_its_button()
    {
        var looked = PageSurvey.Pages.Select(page => page.Route).Concat(PageSurvey.Frameless.Select(page => page.Route)).ToHashSet(StringComparer.Ordinal);
        var routes = AccessTable.Rows.Where(row => row.Surface == Surface.Page).Select(row => row.Name).ToList();
        Assert.Empty(routes.Except(looked));
        Assert.Empty(looked.Except(routes));

        var pressed = PageSurvey.Pages.SelectMany(page => page.Acts).Select(act => act.Access).ToHashSet();
        var tried = LostRoles.Commands.Select(command => new Act("", command.Row).Access).ToHashSet();
        Assert.Equal(LostRoles.NotTried.Order(StringComparer.Ordinal), pressed.Except(tried).Select(row => $"{row.Method} {row.Name}").Order(StringComparer.Ordinal));
        var commands = AccessTable.Rows.Where(row => row is { Surface: Surface.Endpoint, Method: "POST" or "PUT" or "PATCH" or "DELETE" }).ToList();
        Assert.Equal(PageSurvey.OffPages.Order(StringComparer.Ordinal), commands.Where(row => !pressed.Contains(row) && !tried.Contains(row)).Select(row => $"{row.Method} {row.Name}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_page_shows_everybody_the_buttons_that_the_table_gives_them_and_no_other()
    {
        var made = shared.Product;
        await using var chromium = await Chromium.LaunchAsync();
        Actor[] everybody =
        [
            Person("eve", Role.Administrator), Person("viv", Role.Viewer), Person("dia", Role.Contributor), Person("ben", Role.Approver), Person("nil", null),
            new(ActorKind.Display, "1", "hall", null, new Dictionary<string, Role> { [RoleProduct.Model] = Role.Viewer }),
        ];
        var faults = new List<string>();
        // Two at a time: as many as a small machine has cores.
        await Parallel.ForEachAsync(everybody, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (actor, _) =>
        {
            await using var visitor = actor.Kind == ActorKind.Display ? await Visitor.ComeAsync(chromium, made.Product.Address) : await made.ComeAsync(chromium, actor.Name);
            await visitor.DoAsync(async page =>
            {
                if (actor.Kind == ActorKind.Display)
                    await page.GotoAsync(made.DisplayLink);
                var found = new List<string>();
                if (HasCircuit(actor))
                    await visitor.GoAsync("/models");
                // Whoever may open none of them sees the same on each.
                foreach (var look in actor.Kind == ActorKind.Person && actor.Everywhere is not null ? PageSurvey.Pages : PageSurvey.Pages.DistinctBy(look => look.Route))
                    await LookAsync(page, made.AddressOf(look.Address), look, actor, found);
                foreach (var (route, address, open) in PageSurvey.Frameless)
                {
                    await page.GotoAsync(address);
                    var allowed = AccessControl.Decide(AccessTable.Find(Surface.Page, "*", route), actor, null) == Verdict.Allowed;
                    await Assertions.Expect(page.Locator(allowed ? open : "main h1:has-text('not open to you')").First).ToBeVisibleAsync();
                    if ((await page.EvaluateAsync<string[][]>(Buttons)) is { Length: > 0 } buttons && route == "/wall")
                        found.Add($"{address} shows {actor.Name} {string.Join(", ", buttons.Select(one => one[0]))}");
                }

                lock (faults)
                    faults.AddRange(found);
            });
            lock (faults)
                faults.AddRange(visitor.Faults.Where(fault => !fault.Contains("403", StringComparison.Ordinal)).Select(fault => $"{actor.Name}: {fault}"));
        });
        Assert.Empty(faults);
    }

    private static bool HasCircuit(Actor actor) => AccessControl.Decide(AccessTable.Find(Surface.Hub, "*", "/_blazor"), actor, null) == Verdict.Allowed;

    private static Actor Person(string name, Role? role) => new(ActorKind.Person, "1", name, role, Nothing);

    /// <summary>Goes to a page within the circuit, waits until it is there, and compares its buttons with the table.</summary>
    private static async Task LookAsync(IPage page, string address, Look look, Actor actor, List<string> faults)
    {
        // Whoever may see nothing has no circuit either, only the server's first picture of each page.
        if (!HasCircuit(actor))
            await page.GotoAsync(address);
        else
            await page.EvaluateAsync("address => Blazor.navigateTo(address)", address);
        var allowed = AccessControl.Decide(AccessTable.Find(Surface.Page, "*", look.Route), actor, look.Model) == Verdict.Allowed;
        // The circuit hears of the address before it hears of whatever is pressed after this.
        if (allowed && look.LeadsTo is { } destination)
            await page.WaitForFunctionAsync("destination => location.search.includes(destination)", destination);
        else
            await page.WaitForFunctionAsync("address => location.pathname === new URL(address, location.origin).pathname", address);
        if (HasCircuit(actor))
            await RoundTripAsync(page);
        var wrong = "";
        for (var deadline = DateTime.UtcNow + TimeSpan.FromMilliseconds(Chromium.Patience); DateTime.UtcNow < deadline;)
        {
            wrong = await WrongAsync(page, look, actor, allowed);
            if (wrong.Length == 0 && (!HasCircuit(actor) || look.Acts.All(act => May(act, look, actor))))
                return;
            if (wrong.Length == 0)
            {
                // What the circuit had still to send has come with this.
                await RoundTripAsync(page);
                wrong = await WrongAsync(page, look, actor, allowed);
                if (wrong.Length == 0)
                    return;
            }

            await page.WaitForTimeoutAsync(50);
        }

        faults.Add($"{look.Address} for {actor.Name}: {wrong}");
    }

    /// <summary>What is not as the table says; empty when all is.</summary>
    private static async Task<string> WrongAsync(IPage page, Look look, Actor actor, bool allowed)
    {
        var state = await page.EvaluateAsync<string>("() => document.querySelector('main .skeleton') ? 'it is still loading' : document.querySelector('main h1')?.textContent.trim() === 'This page is not open to you' ? 'closed' : document.querySelector('main h1') ? 'open' : 'it has no heading'");
        if (state != (allowed ? "open" : "closed"))
            return state;
        var buttons = await page.EvaluateAsync<string[][]>(Buttons);
        if (!allowed)
            return buttons.Length == 0 ? "" : $"a page that is closed shows {string.Join(", ", buttons.Select(one => one[0]))}";
        foreach (var act in look.Acts)
        {
            var (may, there) = (May(act, look, actor), buttons.Where(one => act.Pattern.IsMatch(one[0])).ToList());
            if (may && !act.Comes && there.Count == 0)
                return $"'{act.Name}' is missing";
            if (may && !act.Rests && there.FirstOrDefault(one => one[1].Length == 0) is { } resting)
                return $"'{resting[0]}' cannot be pressed";
            if (!may && there.FirstOrDefault(one => one[1].Length > 0) is { } open)
                return $"'{open[0]}' is there";
        }

        return buttons.FirstOrDefault(one => one[1].Length > 0 && !PageSurvey.Harmless.IsMatch(one[0]) && !look.Acts.Any(act => act.Pattern.IsMatch(one[0]))) is { } unknown ? $"nobody said what '{unknown[0]}' does" : "";
    }

    private static bool May(Act act, Look look, Actor actor) => AccessControl.Decide(act.Access, actor, act.Access.Reach == Reach.Model ? look.Model : null) == Verdict.Allowed;

    /// <summary>Through the circuit and back: the server has drawn whatever came before. Where the page led on meanwhile, once more.</summary>
    private static async Task RoundTripAsync(IPage page)
    {
        const int most = 6;
        for (var tries = 1; ; tries++)
        {
            var before = await page.EvaluateAsync<string?>("() => document.documentElement.dataset.theme ?? null");
            await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
            try
            {
                // The address is the last that it changes: before that the circuit could still take the page back to where it was.
                await page.WaitForFunctionAsync("before => { const now = document.documentElement.dataset.theme ?? null; return now !== before && new URLSearchParams(location.search).get('theme') === now; }", before, new() { Timeout = Chromium.Patience / most });
                return;
            }
            catch (TimeoutException) when (tries < most)
            {
                // Asked again.
            }
        }
    }
}
