using Dashboard.Core;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Cards;

namespace Dashboard.Storage.Tests.Registry.Cards;

public sealed class CardNotesTests
{
    [Fact]
    public async Task A_text_is_kept_with_who_when_and_its_history_and_the_activity_tells_before_and_after()
    {
        await using var installation = await TestInstallation.StartAsync();
        var (notes, version) = (installation.Get<CardNotes>(), await RegisterAsync(installation, 1));

        await notes.WriteAsync("flights", 1, [new(CardPart.IntendedUse, "Warn passengers.", 0)], "mara", default);
        var changed = await notes.WriteAsync("flights", 1, [new(CardPart.IntendedUse, "  Warn passengers\r\nearly. ", 1)], "tom", default);

        Assert.Equal(("Warn passengers\nearly.", "tom", 2), (changed.Value[CardPart.IntendedUse].Text, changed.Value[CardPart.IntendedUse].By, changed.Value[CardPart.IntendedUse].Revision));
        Assert.Equal(["Warn passengers\nearly.", "Warn passengers."], (await notes.HistoryAsync(version, CardPart.IntendedUse, default)).Select(note => note.Text));
        var told = await installation.Get<ActivityLog>().ListAsync("flights", 2, null, default);
        Assert.Equal("Changed on the card of version 1 of flights, intended use: “Warn passengers.” became “Warn passengers\nearly.”", told[0].Summary);
        Assert.Equal(("card.changed", "tom", "1"), (told[0].Action, told[0].Actor, told[0].Subject));
        Assert.Equal("Wrote on the card of version 1 of flights, intended use: “Warn passengers.”", told[1].Summary);
    }

    [Fact]
    public async Task A_stale_text_is_refused_with_the_present_one_and_nothing_of_the_edit_is_stored()
    {
        await using var installation = await TestInstallation.StartAsync();
        var (notes, version) = (installation.Get<CardNotes>(), await RegisterAsync(installation, 1));
        await notes.WriteAsync("flights", 1, [new(CardPart.Limits, "No snow.", 0)], "mara", default);

        var stale = await notes.WriteAsync("flights", 1, [new(CardPart.Contact, "tom@example.org", 0), new(CardPart.Limits, "No fog.", 0)], "tom", default);

        var fault = Assert.IsType<CardChangedMeanwhile>(stale.Error);
        Assert.Equal((ErrorKind.Conflict, "limits.revision", "0", "1", "No snow."), (fault.Kind, fault.Field, fault.Value, fault.Expected, fault.Present!.Text));
        Assert.Equal("'Limits and recommendations' was changed by mara since revision 0 was read; revision 1 stands there now. Nothing was stored: read it and send the change again.", fault.Message);
        var present = await notes.ListAsync(version, default);
        Assert.Equal([CardPart.Limits], present.Keys);
        Assert.Equal("No snow.", present[CardPart.Limits].Text);
        Assert.IsType<CardChangedMeanwhile>((await notes.WriteAsync("flights", 1, [new(CardPart.Licence, "MIT", 4)], "tom", default)).Error);
    }

    [Fact]
    public async Task Of_many_who_write_the_first_text_at_once_one_gets_through_and_no_text_is_lost()
    {
        await using var installation = await TestInstallation.StartAsync();
        var (notes, version) = (installation.Get<CardNotes>(), await RegisterAsync(installation, 1));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => notes.WriteAsync("flights", 1, [new(CardPart.Licence, $"text {i}", 0)], $"person {i}", default))));

        var winner = Assert.Single(results, result => result.IsSuccess);
        Assert.All(results.Where(result => !result.IsSuccess), result => Assert.IsType<CardChangedMeanwhile>(result.Error));
        Assert.Equal(winner.Value[CardPart.Licence], Assert.Single(await notes.HistoryAsync(version, CardPart.Licence, default)));
    }

    [Fact]
    public async Task The_next_version_takes_over_each_part_from_the_newest_earlier_one_that_has_it_and_names_it()
    {
        await using var installation = await TestInstallation.StartAsync();
        var notes = installation.Get<CardNotes>();
        await RegisterAsync(installation, 1);
        await notes.WriteAsync("flights", 1, [new(CardPart.IntendedUse, "Warn.", 0), new(CardPart.Licence, "MIT", 0), new(CardPart.Contact, "tom", 0)], "mara", default);
        await RegisterAsync(installation, 2);
        await notes.WriteAsync("flights", 2, [new(CardPart.Licence, "Apache-2.0", 1), new(CardPart.Contact, "", 1)], "tom", default);

        var third = await notes.ListAsync(await RegisterAsync(installation, 3), default);

        Assert.Equal(("Warn.", "mara", 2, 1), (third[CardPart.IntendedUse].Text, third[CardPart.IntendedUse].By, third[CardPart.IntendedUse].TakenOverFrom, third[CardPart.IntendedUse].Revision));
        Assert.Equal(("Apache-2.0", "tom", 2), (third[CardPart.Licence].Text, third[CardPart.Licence].By, third[CardPart.Licence].TakenOverFrom));
        Assert.Equal(("tom", 1), (third[CardPart.Contact].Text, third[CardPart.Contact].TakenOverFrom));
        Assert.DoesNotContain(CardPart.Limits, third.Keys);
    }

    [Fact]
    public async Task The_same_text_confirms_what_was_taken_over_and_otherwise_changes_nothing()
    {
        await using var installation = await TestInstallation.StartAsync();
        var notes = installation.Get<CardNotes>();
        await RegisterAsync(installation, 1);
        await notes.WriteAsync("flights", 1, [new(CardPart.Limits, "No snow.", 0)], "mara", default);
        await RegisterAsync(installation, 2);

        var confirmed = await notes.WriteAsync("flights", 2, [new(CardPart.Limits, "No snow.", 1)], "tom", default);
        var again = await notes.WriteAsync("flights", 2, [new(CardPart.Limits, "No snow.", 2)], "eve", default);

        Assert.Equal(("tom", 2, null), (confirmed.Value[CardPart.Limits].By, confirmed.Value[CardPart.Limits].Revision, confirmed.Value[CardPart.Limits].TakenOverFrom));
        Assert.Equal(confirmed.Value[CardPart.Limits], again.Value[CardPart.Limits]);
        Assert.Equal("Confirmed on the card of version 2 of flights, limits and recommendations, as taken over from version 1: “No snow.”", (await installation.Get<ActivityLog>().ListAsync("flights", 1, null, default))[0].Summary);
    }

    [Fact]
    public async Task A_text_that_is_too_long_and_a_version_that_is_not_there_are_named()
    {
        await using var installation = await TestInstallation.StartAsync();
        var notes = installation.Get<CardNotes>();
        await RegisterAsync(installation, 1);

        Assert.Equal("licence.text", (await notes.WriteAsync("flights", 1, [new(CardPart.Licence, new string('x', 501), 0)], "me", default)).Error!.Field);
        Assert.Equal("Model 'flights' has no version 7.", (await notes.WriteAsync("flights", 7, [new(CardPart.Licence, "MIT", 0)], "me", default)).Error!.Message);
        Assert.Equal("There is no model 'nobody'.", (await notes.WriteAsync("nobody", 1, [new(CardPart.Licence, "MIT", 0)], "me", default)).Error!.Message);
    }

    [Fact]
    public async Task A_deleted_model_takes_its_texts_with_it()
    {
        await using var installation = await TestInstallation.StartAsync();
        var (notes, version) = (installation.Get<CardNotes>(), await RegisterAsync(installation, 1));
        await notes.WriteAsync("flights", 1, [new(CardPart.Licence, "MIT", 0)], "me", default);

        await installation.Get<ModelRegistry>().DeleteAsync("flights", "me", default);

        Assert.Empty(await notes.HistoryAsync(version, CardPart.Licence, default));
    }

    private static async Task<int> RegisterAsync(TestInstallation installation, int seed) =>
        (await installation.Get<ModelRegistry>().RegisterAsync(new("flights", Packages.Make(seed), "trained", "me"), default)).Value.Id;
}
