using Bunit;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage.Registry.Cards;
using Dashboard.Web.Components.Pages.Models.Cards;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Models;

public sealed class VersionPageTests : LoggedModel
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private CardNotes Notes => Services.GetRequiredService<CardNotes>();

    [Fact]
    public async Task The_card_stands_there_in_sections_with_downloads_and_what_nobody_has_written()
    {
        await RegisterAsync();
        var page = Open("1");

        Assert.Equal("Version 1 of flights", page.Find("h1").TextContent);
        Assert.Equal(10, page.FindAll("section.card > h2").Count);
        Assert.Contains("6 parts nobody has written yet", page.Find(".page-head").TextContent);
        Assert.Contains("Nobody has written the intended use yet.", page.Find("#intended-use").TextContent);
        Assert.Equal(["/api/v1/models/flights/versions/1/card.md", "/api/v1/models/flights/versions/1/card.html", "/api/v1/models/flights/versions/1/package"], page.FindAll(".page-head .actions a").Select(link => link.GetAttribute("href")));
        Assert.All(page.FindAll(".contents a"), link => Assert.NotNull(page.Find("#" + link.GetAttribute("href")!.Split('#')[1])));
        Assert.Equal(["distance", "origin"], page.FindAll("#details tbody th").Take(2).Select(cell => cell.TextContent));
    }

    [Fact]
    public async Task A_part_is_written_in_place_and_appears_with_its_writer()
    {
        await RegisterAsync();
        var page = Open("champion");

        await ClickAsync(page, "Write: Intended use");
        page.WaitForAssertion(() => Assert.True(page.Find("dialog footer button:last-child").HasAttribute("disabled")), Patience);
        await page.ActAsync(() => page.Find("textarea").InputAsync(new ChangeEventArgs { Value = "<b>Warn</b> passengers." }));
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("<b>Warn</b> passengers.", page.Find("#intended-use .lines").TextContent), Patience);
        Assert.Empty(page.FindAll("dialog"));
        Assert.Contains("Written by operator", page.Find("#intended-use").TextContent);
        Assert.Contains("5 parts nobody has written yet", page.Find(".page-head").TextContent);
    }

    [Fact]
    public async Task When_another_was_faster_both_texts_are_there_and_saving_again_replaces_the_other()
    {
        await RegisterAsync();
        var page = Open("1");
        await ClickAsync(page, "Write: Contact");
        page.WaitForAssertion(() => page.Find("textarea"), Patience);
        await page.ActAsync(() => page.Find("textarea").InputAsync(new ChangeEventArgs { Value = "mine" }));
        await Notes.WriteAsync("flights", 1, [new(CardPart.Contact, "theirs", 0)], "tom", default);

        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());

        page.WaitForAssertion(() => Assert.Contains("theirs", page.Find("dialog .other").TextContent), Patience);
        Assert.Contains("was changed by tom", page.Find("dialog [role=alert]").TextContent);
        Assert.Equal("mine", page.Find("textarea").GetAttribute("value"));
        await page.ActAsync(() => page.Find("dialog footer button:last-child").ClickAsync());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("dialog")), Patience);
        Assert.Equal(["mine", "theirs"], (await Notes.HistoryAsync(1, CardPart.Contact, default)).Select(note => note.Text));
    }

    [Fact]
    public async Task A_version_that_is_not_there_says_so_and_the_list_leads_to_the_tab()
    {
        await RegisterAsync();

        Assert.Contains("Model 'flights' has no version 9.", Open("9").Find(".empty").TextContent);
        Open(null);
        Assert.Equal("/models/flights?tab=versions", new Uri(Navigation.Uri).PathAndQuery);
    }

    private IRenderedComponent<VersionPage> Open(string? version)
    {
        var page = Render<VersionPage>(p => p.Add(v => v.Name, "flights").Add(v => v.Version, version));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".skeleton")), Patience);
        return page;
    }

    private static Task ClickAsync(IRenderedComponent<VersionPage> page, string label) => page.ActAsync(() => page.Find($"button[aria-label='{label}']").ClickAsync());
}
