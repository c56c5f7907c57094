using System.Text.RegularExpressions;
using Dashboard.Browser.Tests.Product;
using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>A role that is taken away while a page is open, its button there and its dialog filled in: whoever presses it is refused, and nothing has changed.</summary>
[Collection(RoleProductRuns.Name)]
public sealed class LostRoleTests(SharedRoleProduct shared)
{
    private static readonly string[] People = ["eve", "kim"];

    [Fact]
    public async Task A_command_is_refused_from_the_moment_on_in_which_the_role_is_taken_away_whatever_the_page_still_shows()
    {
        var made = shared.Product;
        await using var chromium = await Chromium.LaunchAsync();
        var before = DecisionsFile.Read(made.Product.DataDirectory, People);
        var faults = new List<string>();
        await Parallel.ForEachAsync(People.Index(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (who, _) =>
        {
            await using var visitor = await made.ComeAsync(chromium, who.Item);
            var circuit = await HeldCircuit.OfAsync(visitor.Page);
            foreach (var command in LostRoles.Commands.Where((_, i) => i % People.Length == who.Index))
                await visitor.DoAsync(async page =>
                {
                    try
                    {
                        await TryAsync(made, visitor, circuit, who.Item, command);
                    }
                    catch (Exception fault) when (fault is TimeoutException or PlaywrightException)
                    {
                        lock (faults)
                            faults.Add($"{command.Row} by '{command.Button}' on {command.Address}: {fault.Message.Split('\n')[0]}");
                    }

                    await RoleAsync(made, who.Item, "administrator");
                    var after = DecisionsFile.Read(made.Product.DataDirectory, who.Item);
                    lock (faults)
                        faults.AddRange(after.Where(table => before[table.Key] != table.Value).Select(table => $"{command.Row} by '{command.Button}' on {command.Address}: {table.Key} changed"));
                });
        });
        Assert.Empty(faults);

        // The same with the role still there: what was refused does change something.
        await using var root = await made.ComeAsync(chromium, "eve");
        await root.DoAsync(async page =>
        {
            await (await ReadyAsync(made, root, LostRoles.Commands[0])).ClickAsync();
            await Assertions.Expect(page.Locator("main .tags .alias")).ToHaveTextAsync("blue");
        });
        Assert.Equal(["ModelTags", "what eve did"], DecisionsFile.Read(made.Product.DataDirectory, People).Where(table => before[table.Key] != table.Value).Select(table => table.Key));
    }

    private static async Task TryAsync(RoleProduct made, Visitor visitor, HeldCircuit circuit, string name, Command command)
    {
        var last = await ReadyAsync(made, visitor, command);
        await last.EvaluateAsync("button => button.dataset.pressed = ''");
        await circuit.HoldAsync();
        try
        {
            await RoleAsync(made, name, "viewer");
            await last.ClickAsync();
        }
        finally
        {
            await circuit.ReleaseAsync();
        }

        // The page says so, or what was pressed is gone with the role.
        await visitor.Page.WaitForFunctionAsync("() => document.body.textContent.includes('may not do this') || !document.querySelector('[data-pressed]')");
    }

    /// <summary>Opens the page, and its dialog, up to the last button.</summary>
    private static async Task<ILocator> ReadyAsync(RoleProduct made, Visitor visitor, Command command)
    {
        var page = visitor.Page;
        await visitor.GoAsync(made.AddressOf(command.Address));
        var button = page.Locator("main").GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(command.Button)}", RegexOptions.None, TimeSpan.FromSeconds(1)) }).First;
        if (command.IsDirect)
        {
            await FillAsync(page.Locator("main"), command);
            await Assertions.Expect(button).ToBeEnabledAsync();
            return button;
        }

        await button.ClickAsync();
        var dialog = page.Locator("dialog[open]").Last;
        await FillAsync(dialog, command);
        var last = dialog.Locator(command.Press ?? "footer button.primary, footer button.danger").First;
        await Assertions.Expect(last).ToBeEnabledAsync();
        return last;
    }

    private static async Task FillAsync(ILocator where, Command command)
    {
        foreach (var (label, text) in command.Fields)
        {
            var field = where.GetByLabel(new Regex($@"^\s*{Regex.Escape(label)}\b", RegexOptions.None, TimeSpan.FromSeconds(1))).First;
            if (text.StartsWith('@'))
                await field.SetInputFilesAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", text[1..]));
            else
                await field.FillAsync(text);
        }
    }

    private static async Task RoleAsync(RoleProduct made, string name, string role) => await made.SendAsync(HttpMethod.Put, $"/api/v1/people/{made.Ids[name]}", new { role });
}
