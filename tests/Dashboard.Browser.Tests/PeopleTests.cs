using System.Text.RegularExpressions;
using Dashboard.Browser.Tests.Product;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dashboard.Browser.Tests;

/// <summary>Accounts as people meet them: the first link, a second person with a lesser role, a token, and a screen on a wall.</summary>
public sealed partial class PeopleTests
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task The_first_administrator_adds_a_viewer_who_may_look_and_nothing_else_and_no_secret_is_logged()
    {
        await using var product = await ProductProcess.StartAsync("--Dashboard:Authentication:Mode=Accounts", "--Logging:LogLevel:Default=Debug", "--Logging:LogLevel:Microsoft.AspNetCore=Debug");
        var link = await LinkAsync(product, "/sign-in/first");
        await using var chromium = await Chromium.LaunchAsync();
        await using var root = await Visitor.ComeAsync(chromium, product.Address);
        await root.Page.Context.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["X-Forwarded-For"] = "203.0.113.9", ["Forwarded"] = "for=203.0.113.9" });
        await root.DoAsync(async page =>
        {
            await page.GotoAsync(link);
            Assert.Empty(await FaultsAsync(page));
            await page.GetByLabel("Name").FillAsync("root");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        });
        var token = "";
        await root.DoAsync(async page =>
        {
            await root.GoAsync("/people");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a person…" }).ClickAsync();
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("vera");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "vera" })).ToBeVisibleAsync();
            await root.GoAsync("/people");
            Assert.Empty(await FaultsAsync(page));
            await root.GoAsync("/account");
            await page.GetByRole(AriaRole.Button, new() { Name = "New token…" }).ClickAsync();
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nightly");
            await page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
            token = await page.GetByLabel("Token", new() { Exact = true }).InputValueAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
            Assert.Empty(await FaultsAsync(page));
        });
        foreach (var (size, scheme) in ((ViewportSize, ColorScheme)[])[(Chromium.Phone, ColorScheme.Dark), (Chromium.Desktop, ColorScheme.Light)])
            await root.DoAsync(async page =>
            {
                await page.SetViewportSizeAsync(size.Width, size.Height);
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                foreach (var path in (string[])["/people", "/people?person=new", "/account"])
                {
                    await root.GoAsync(path);
                    Assert.Empty(await FaultsAsync(page));
                    await Settled.FitsAsync(page, $"{path} at {size.Width} pixels");
                    if (Environment.GetEnvironmentVariable("PEOPLE_PICTURES") is { } folder)
                        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{path.Trim('/').Replace('?', '-')}-{scheme}-{size.Width}.png") });
                }
            });
        await using var vera = await Visitor.ComeAsync(chromium, product.Address);
        await vera.DoAsync(async page =>
        {
            await page.GotoAsync("/models");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
            Assert.Empty(await FaultsAsync(page));
            await page.GetByLabel("Name").FillAsync("vera");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import a model…" })).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "People" })).ToHaveCountAsync(0);
        });
        using var client = new HttpClient { BaseAddress = product.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal("[]", await client.GetStringAsync("/api/v1/models"));
        await root.DoAsync(async page =>
        {
            // What was done on a page is noted with the page and the address of the browser's connection, whatever the browser says of itself.
            var audit = await page.Context.APIRequest.GetAsync(new Uri(product.Address, "/api/v1/audit?action=person.added").ToString());
            var added = (await audit.JsonAsync())!.Value.GetProperty("entries").EnumerateArray().Single(entry => entry.GetProperty("summary").GetString()!.StartsWith("vera", StringComparison.Ordinal));
            Assert.Equal(("page", "/people", "127.0.0.1"), (added.GetProperty("via").GetString(), added.GetProperty("page").GetString(), added.GetProperty("address").GetString()));
        });
        await root.DoAsync(async page =>
        {
            await root.GoAsync("/account");
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        });

        Assert.Empty(root.Faults);
        Assert.Empty(vera.Faults);
        foreach (var secret in (string[])[Password, token, "dashboard=CfDJ8"])
            Assert.DoesNotContain(secret, product.Output, StringComparison.Ordinal);
        Assert.Single(product.Output.Split('\n'), line => line.Contains(new Uri(link).Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_without_a_role_keeps_their_own_account_and_sees_nothing_else_until_they_have_one()
    {
        const string other = "another horse battery staple";
        await using var product = await ProductProcess.StartAsync("--Dashboard:Authentication:Mode=Accounts");
        await using var chromium = await Chromium.LaunchAsync();
        await using var root = await Visitor.ComeAsync(chromium, product.Address);
        await using var nil = await Visitor.ComeAsync(chromium, product.Address);
        await root.DoAsync(async page =>
        {
            await page.GotoAsync(await LinkAsync(product, "/sign-in/first"));
            await page.GetByLabel("Name").FillAsync("root");
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
            await root.GoAsync("/people?person=new");
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nil");
            await page.GetByLabel("Role on everything").SelectOptionAsync(new SelectOptionValue { Index = 0 });
            await page.GetByLabel("Password").FillAsync(Password);
            // A field of one line is sent off with Enter.
            await page.GetByLabel("Password").PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "nil" })).ToBeVisibleAsync();
        });
        await nil.DoAsync(async page =>
        {
            async Task SignInAsync(string password)
            {
                await page.GetByLabel("Name").FillAsync("nil");
                await page.GetByLabel("Password").FillAsync(password);
                await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "nil", Level = 1 })).ToBeVisibleAsync();
            }

            await page.GotoAsync("/sign-in?to=/account");
            await SignInAsync(Password);
            await Expect(page.GetByText("You have no role yet")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
            await nil.GoAsync("/account");
            await page.GetByLabel("Present password").FillAsync("not this one at all");
            await page.GetByLabel("New password").FillAsync(other);
            await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
            await Expect(page.GetByText("The present password is another one.")).ToBeVisibleAsync();
            await page.GetByLabel("Present password").FillAsync(Password);
            await page.GetByLabel("New password").FillAsync(other);
            await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
            await Expect(page.GetByText("The password is changed.")).ToBeVisibleAsync();
            await SignInAsync(other);
            await nil.GoAsync("/models");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This page is not open to you" })).ToBeVisibleAsync();
        });
        await root.DoAsync(async page =>
        {
            await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nil" }).GetByRole(AriaRole.Button).First.ClickAsync();
            await page.GetByLabel("Role on everything").SelectOptionAsync("Viewer");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        });
        // The page that was closed opens by itself.
        await nil.DoAsync(page => Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Models", Level = 1 })).ToBeVisibleAsync());
        Assert.Empty(root.Faults);
        Assert.All(nil.Faults, fault => Assert.Contains("403", fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_demonstration_prints_a_link_that_signs_in()
    {
        await using var product = await ProductProcess.StartAsync("--Dashboard:Authentication:Mode=Accounts", "--Dashboard:Demo:Enabled=true", "--Dashboard:Demo:SecondsPerDay=2");
        await using var chromium = await Chromium.LaunchAsync();
        await using var visitor = await Visitor.ComeAsync(chromium, product.Address);
        await visitor.DoAsync(async page =>
        {
            await page.GotoAsync(await LinkAsync(product, "/sign-in/link"));
            await Expect(page.GetByText("Replaying", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 600_000 });
            foreach (var path in (string[])["/models/flight-delay", "/models/flight-delay?tab=drift", "/experiments", "/wall?models=flight-delay"])
                await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle, Timeout = 240_000 });
            await Expect(page.Locator(".wall-screen")).ToBeVisibleAsync();
            // Whoever tries it is alone: nobody else could approve.
            var policy = await (await page.Context.APIRequest.GetAsync(new Uri(product.Address, "/api/v1/models/flight-delay/policy").ToString())).JsonAsync();
            Assert.Equal(0, policy!.Value.GetProperty("policy").GetProperty("approvals").GetArrayLength());
        });
        // What the policy forbids the browser says here: charts, grids and the circuit's socket work under it.
        Assert.Empty(visitor.Faults);
    }

    private static async Task<string> LinkAsync(ProductProcess product, string path)
    {
        for (var i = 0; i < 600; i++)
        {
            if (Link().Matches(product.Output).FirstOrDefault(match => match.Value.Contains(path, StringComparison.Ordinal)) is { } link)
                return link.Value;
            await Task.Delay(100);
        }

        throw new InvalidOperationException($"No link to {path} was printed:\n{product.Output}");
    }

    private static async Task<IEnumerable<string>> FaultsAsync(IPage page)
    {
        await Settled.OfAsync(page);
        return (await page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help}");
    }

    [GeneratedRegex(@"http://\S+\?code=[A-Za-z0-9_-]+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
