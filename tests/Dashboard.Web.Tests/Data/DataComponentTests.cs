using Bunit;
using Dashboard.Core.Data;
using Dashboard.Web.Components.Pages.Data;
using Dashboard.Web.Tests.Kit;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Data;

public sealed class DataComponentTests : PageTest
{
    [Fact]
    public async Task A_number_column_shows_its_histogram_its_figures_and_a_table_behind_them()
    {
        var card = Render<ColumnCard>(p => p.Add(c => c.Column, new ColumnStatistics("delay", ColumnType.Number, 10, 1, 3, false, 1, 4, 2.25, 1.26, 1.15, 2, 3.85, [0.5, 1.5, 2.5, 3.5, 4.5], [3, 5, 0, 1], [])));

        Assert.Equal(3, card.FindAll("rect.bin").Count(bin => bin.GetAttribute("height") != "0.00"));
        Assert.Contains("1 (10", card.Find("dl.figures").TextContent);
        await card.ActAsync(() => card.Find("button").ClickAsync());
        Assert.Equal(["1", "2", "3", "4"], card.FindAll("tbody th").Select(th => th.TextContent));
        Assert.Equal(["3", "5", "0", "1"], card.FindAll("tbody td").Select(td => td.TextContent));
    }

    [Fact]
    public void A_category_column_shows_its_most_frequent_values_and_how_many_others_there_are()
    {
        var card = Render<ColumnCard>(p => p.Add(c => c.Column, new ColumnStatistics("origin", ColumnType.Category, 100, 0, 9, false, null, null, null, null, null, null, null, [], [],
            [new("ORD", 40), new("LAX", 20), new("ATL", 10), new("DFW", 10), new("PHX", 5), new("STL", 5), new("JFK", 5), new("BOS", 3), new("MIA", 2)])));

        Assert.Equal(["ORD", "LAX", "ATL", "DFW", "PHX", "STL"], card.FindAll("ul.bars li span:first-child").Select(name => name.TextContent));
        Assert.Contains("3 further values", card.Markup);
    }

    [Fact]
    public void A_column_without_a_value_says_so() =>
        Assert.Contains("Every value is missing", Render<ColumnCard>(p => p.Add(c => c.Column, new ColumnStatistics("gone", ColumnType.Text, 5, 5, 0, false, null, null, null, null, null, null, null, [], [], []))).Markup);

    [Fact]
    public async Task Rejected_rows_are_shown_with_their_place_and_reason_a_hundred_at_a_time()
    {
        var rows = Enumerable.Range(2, 150).Select(line => new RejectedRow(line, line == 2 ? null : "size", "oops", "is not a finite number")).ToList();
        var table = Render<RejectedTable>(p => p.Add(t => t.Rows, rows).Add(t => t.Count, 5_000));

        Assert.Equal(100, table.FindAll("tbody tr").Count);
        Assert.Equal(["2", "whole row", "oops", "is not a finite number"], table.FindAll("tbody tr")[0].Children.Select(cell => cell.TextContent));
        Assert.Contains("The first 150", table.Markup);
        await table.ActAsync(() => table.Find("button").ClickAsync());
        Assert.Equal(150, table.FindAll("tbody tr").Count);
    }
}
