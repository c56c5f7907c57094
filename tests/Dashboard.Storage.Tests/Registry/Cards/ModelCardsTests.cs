using System.Globalization;
using System.Text;
using Dashboard.Core.Registry.Cards;
using Dashboard.Storage.Deployments;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Registry;
using Dashboard.Storage.Registry.Cards;

namespace Dashboard.Storage.Tests.Registry.Cards;

/// <summary>Cards from what is really stored: a model file with a sample whose outcome is known.</summary>
public sealed class ModelCardsTests
{
    [Fact]
    public async Task A_card_of_an_imported_model_has_figures_intervals_groups_and_fairness_from_its_sample()
    {
        await using var installation = await TestInstallation.StartAsync();
        await ImportAsync(installation, -1);
        await installation.Get<SensitiveFeatures>().SetAsync("tiny", ["colour"], "me", default);
        await installation.Get<SegmentStore>().AddAsync("tiny", "Small", "x < 2", "me", default);

        var card = (await installation.Get<ModelCards>().FindAsync("tiny", "latest", default)).Value;

        var text = CardMarkdown.Write(card).Replace("\\", "", StringComparison.Ordinal);
        foreach (var said in new[]
        {
            "measured here on the 600 rows of its sample", "| ROC-AUC |", "Live data are compared with a reference of 600 rows in 50 runs of rows.", "**Confusion matrix**", "**Calibration**", "| Small | x &lt; 2 |",
            "By group, on 600 rows that it had not learnt from", "**Between the values of colour, “1” as the answer in question**", "The model sees an input that is marked as sensitive: colour.", "Such figures show that outcomes differ",
            "What it learnt from is not known: it was trained elsewhere.", "Its training parameters are not known",
        })
            Assert.Contains(said, text, StringComparison.Ordinal);
        var accuracy = Table(card, "metrics", "On held-out rows").Rows.Single(row => row[0] == "Accuracy");
        Assert.Matches(@"^\d+\.\d % to \d+\.\d %$", accuracy[2]);
        Assert.NotEqual("–", accuracy[3]);
    }

    [Fact]
    public async Task Changes_of_champion_are_told_with_who_and_why_and_what_was_replaced()
    {
        await using var installation = await TestInstallation.StartAsync();
        await ImportAsync(installation, -1);
        await ImportAsync(installation, -2);
        var champions = installation.Get<ChampionSwitch>();
        await champions.PromoteAsync(new("tiny", "mara", "first"), 1, default);
        await champions.PromoteAsync(new("tiny", "mara", "better"), 2, default);
        await champions.RollBackAsync(new("tiny", "tom", "worse after all"), default);

        var second = (await installation.Get<ModelCards>().FindAsync("tiny", "2", default)).Value;

        Assert.Equal([("Version 2 promoted in place of version 1", "mara", "better"), ("Rolled back from version 2 to version 1", "tom", "worse after all")],
            Table(second, "history", "Promotions and rollbacks").Rows.Select(row => (row[1], row[2], row[3])));
        Assert.Contains(second.Sections.Single(section => section.Key == "history").Blocks, block => block is CardText { Text: var text } && text.EndsWith("in place of version 1.", StringComparison.Ordinal));
        Assert.Contains(second.Sections.Single(section => section.Key == "history").Blocks, block => block is CardText { Text: "No alert has fired while it was champion." });
    }

    [Fact]
    public async Task A_package_without_anything_still_has_a_card_and_unknown_names_are_errors()
    {
        await using var installation = await TestInstallation.StartAsync();
        await installation.Get<ModelRegistry>().RegisterAsync(new("flights", Packages.Make(5), "imported package", "me"), default);
        var cards = installation.Get<ModelCards>();

        Assert.Equal(("flights", 1), ((await cards.FindAsync("flights", "v1", default)).Value.Model, (await cards.FindAsync("flights", "v1", default)).Value.Version));
        Assert.Equal("Model 'flights' has no version 9.", (await cards.FindAsync("flights", "9", default)).Error!.Message);
        Assert.Equal("There is no model 'nobody'.", (await cards.FindAsync("nobody", "1", default)).Error!.Message);
    }

    private static CardTable Table(ModelCard card, string section, string title) => card.Sections.Single(one => one.Key == section).Blocks.OfType<CardTable>().Single(table => table.Title == title);

    private static async Task ImportAsync(TestInstallation installation, double below)
    {
        var csv = new StringBuilder("x,colour,label\n");
        for (var row = 0; row < 600; row++)
            csv.Append(CultureInfo.InvariantCulture, $"{row % 7},{row % 3},{((row * 7) + (row / 11)) % 5 / 3}\n");
        using var sample = new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString()));
        var imported = await installation.Get<XGBoostImport>().RunAsync(new("tiny", TinyModel.Json(below), "me", Reference: sample, Target: "label"), default);
        Assert.True(imported.IsSuccess, imported.Error?.Message);
    }
}
