using Bunit;
using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Governance.People;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Predictions;
using Dashboard.Web.Tests.Kit;
using Dashboard.Web.Tests.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Predictions;

/// <summary>The list of predictions over a real log with its running writer.</summary>
public sealed class PredictionsTabTests : PageTest, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2001, 2, 3, 6, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("dashboard-predictions-").FullName;
    private readonly CancellationTokenSource stop = new();
    private Thread? writer;
    private Core.Serving.ServedModel served = null!;

    public PredictionsTabTests()
    {
        Services.AddLogging();
        Services.AddDashboardStorage(new DataDirectory(folder));
    }

    private TelemetryStore Store => Services.GetRequiredService<TelemetryStore>();

    public async Task InitializeAsync()
    {
        await StorageSetup.PrepareAsync(Services.GetRequiredService<IDbContextFactory<DashboardDb>>(), default);
        var manifest = new ModelManifest(1, "flights", ModelTask.BinaryClassification, new([new("distance", InputType.Number, []), new("origin", InputType.Category, ["LAX", "ORD"])]), ["on time", "late"], 0.5,
            "xgboost", null, "model.ubj", null, null, new Dictionary<string, double>(), [new("origin", 0.7, null), new("distance", 0.3, null)], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        var package = ModelPackage.Create(manifest, new Dictionary<string, byte[]> { ["model.ubj"] = [1] }).Value;
        var version = (await Services.GetRequiredService<ModelRegistry>().RegisterAsync(new("flights", package, "trained", "test"), default)).Value;
        served = new(version.ModelId, "flights", version.Id, 1, version.Digest, package.Manifest, ServedModels.Doubles.Scorer);
        writer = new Thread(() => Store.Run(stop.Token));
        writer.Start();
    }

    public new async Task DisposeAsync()
    {
        await stop.CancelAsync();
        writer?.Join();
        await base.DisposeAsync();
        stop.Dispose();
        await DataFolder.DeleteAsync(folder);
    }

    [Fact]
    public async Task Predictions_are_listed_newest_first_and_each_row_is_a_link_to_its_page()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("a/b c", 5, 0.2f, "ORD"));
        await Store.LabelAsync(served.ModelId, "flights", [new("one", 1, null)], default);
        var tab = Open();

        Assert.Equal(["a/b c", "one"], tab.FindAll("td.id").Select(cell => cell.TextContent));
        Assert.Equal("/models/flights/predictions/a/b%20c", tab.Find("tbody a").GetAttribute("href"));
        Assert.Equal(["on time", "late"], tab.FindAll("td.outcome > span:first-child").Select(cell => cell.TextContent));
        Assert.Equal(["0.80", "0.90"], tab.FindAll("td.outcome .num").Select(cell => cell.TextContent));
        Assert.Contains("not yet", tab.FindAll("td.truth")[0].TextContent);
        Assert.Equal("late", tab.FindAll("td.truth .state.ok")[0].TextContent);
        // What carries most stands first.
        Assert.Matches(@"origin\s+ORD\s+distance\s+5", tab.FindAll("td.inputs")[0].TextContent);
        Assert.Contains("2 predictions", tab.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task An_administrator_removes_an_entity_and_sees_how_long_the_log_is_kept()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("two", 1, 0.2f, "ORD"));
        var tab = Open();
        Assert.Contains("kept for 400 days of the model’s clock, the finest windows for 60 days", tab.Find(".retention").TextContent);

        await tab.ActAsync(() => Button(tab, "Remove an entity…").ClickAsync());
        Assert.True(Button(tab, "Remove its rows").HasAttribute("disabled"));
        Assert.Equal(EntityErasure.Remains.Count, tab.FindAll(".remains li").Count);
        await tab.ActAsync(() => tab.Find("dialog input").InputAsync("nobody"));
        await tab.ActAsync(() => Button(tab, "Remove its rows").ClickAsync());
        tab.WaitForAssertion(() => Assert.Contains("The log of flights has no row about 'nobody'.", tab.Find("dialog").TextContent), Patience);
        await tab.ActAsync(() => tab.Find("dialog input").InputAsync("two"));
        await tab.ActAsync(() => Button(tab, "Remove its rows").ClickAsync());

        tab.WaitForAssertion(() => Assert.Empty(tab.FindAll("dialog")), Patience);
        tab.WaitForAssertion(() => Assert.Equal(["one"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
    }

    [Fact]
    public async Task Who_may_not_maintain_the_model_is_offered_no_removal()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"));
        Acting = new(ActorKind.Person, "1", "vera", Role.Approver, new Dictionary<string, Role>());
        var tab = Open();

        Assert.DoesNotContain("Remove an entity", tab.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_chosen_is_in_the_url_and_narrows_the_list()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("two", 1, 0.2f, "ORD"), ("three", 2, 0.6f, "ORD"));
        var tab = Open();

        await tab.ActAsync(() => tab.FindAll("select").First(select => select.TextContent.Contains("Any class")).ChangeAsync("late"));
        Assert.Contains("class=late", Query);
        tab.WaitForAssertion(() => Assert.Equal(["three", "one"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
        await tab.ActAsync(() => tab.Find("input[placeholder=to]").ChangeAsync("0.7"));
        tab.WaitForAssertion(() => Assert.Equal(["three"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
        Assert.Contains("max=0.7", Query);
        Assert.Contains("1 of 3 predictions", tab.Find("[role=status]").TextContent);
        Assert.Equal("/api/v1/models/flights/predictions.csv", tab.Find("a[download]").GetAttribute("href")!.Split('?')[0]);
        Assert.Contains("class=late", tab.Find("a[download]").GetAttribute("href"));
    }

    [Fact]
    public async Task New_predictions_are_announced_and_move_no_row_until_they_are_asked_for()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"));
        var tab = Open();

        await AddAsync(("two", 1, 0.9f, "LAX"), ("three", 2, 0.9f, "LAX"));
        tab.WaitForAssertion(() => Assert.Equal("2 newer predictions", tab.Find(".newer").TextContent), Patience);
        Assert.Equal(["one"], tab.FindAll("td.id").Select(cell => cell.TextContent));

        await tab.ActAsync(() => tab.Find(".newer").ClickAsync());
        tab.WaitForAssertion(() => Assert.Equal(["three", "two", "one"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
        Assert.Empty(tab.FindAll(".newer"));
    }

    [Fact]
    public async Task Older_predictions_are_added_below()
    {
        await AddAsync([.. Enumerable.Range(0, 70).Select(i => ($"p{i}", (double)i, 0.9f, "LAX"))]);
        var tab = Open();
        Assert.Equal(50, tab.FindAll("tbody tr").Count);
        Assert.Contains("Looked through 50 predictions down to 3 Feb 2001, 06:20", tab.Find(".further").TextContent);

        await tab.ActAsync(() => tab.Find(".further button").ClickAsync());
        tab.WaitForAssertion(() => Assert.Equal(70, tab.FindAll("tbody tr").Count), Patience);
        Assert.Empty(tab.FindAll(".further"));
        Assert.Equal("p0", tab.FindAll("td.id")[^1].TextContent);
    }

    [Fact]
    public async Task Nothing_in_the_range_nothing_that_matches_and_what_cannot_be_looked_for_are_told_apart()
    {
        var empty = Open();
        Assert.Contains("No prediction in this time range", empty.Markup);

        await AddAsync(("one", 0, 0.9f, "LAX"));
        var none = Open("?class=on+time");
        Assert.Contains("No prediction matches", none.Markup);
        Assert.Contains("All 1 prediction of this time range were looked through", none.Markup);
        Assert.Equal("/", none.Find(".empty a").GetAttribute("href"));

        var wrong = Open("?segment=nowhere");
        Assert.Contains("Model 'flights' has no segment 'nowhere'", wrong.Find("[role=alert]").TextContent);
        Assert.Empty(wrong.FindAll("tbody tr"));
    }

    [Fact]
    public async Task A_segment_is_checked_while_it_is_typed_and_applied_when_it_can_be_understood()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("two", 1, 0.2f, "ORD"));
        var tab = Open();

        await tab.ActAsync(() => tab.Find("#segment-text").InputAsync("orgin = 'ORD'"));
        Assert.Contains("Character 1: there is no input 'orgin'. Expected one of distance, origin.", tab.Find("#segment-check").TextContent);
        Assert.Equal("o", tab.Find("#segment-check mark").TextContent);
        await tab.ActAsync(() => tab.Find("#segment-text").ChangeAsync("orgin = 'ORD'"));
        Assert.DoesNotContain("where", Query);

        await tab.ActAsync(() => tab.Find("#segment-text").InputAsync("origin = 'ORD'"));
        Assert.Empty(tab.FindAll("#segment-check .fault"));
        await tab.ActAsync(() => tab.Find("#segment-text").ChangeAsync("origin = 'ORD'"));
        Assert.Contains("where=origin", Query);
        tab.WaitForAssertion(() => Assert.Equal(["two"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
    }

    [Fact]
    public async Task A_segment_is_clicked_together_condition_by_condition()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("two", 200, 0.2f, "ORD"));
        var tab = Open();
        await tab.ActAsync(() => tab.FindAll("button").First(button => button.TextContent.Contains("Click together")).ClickAsync());

        await tab.ActAsync(() => tab.FindAll(".builder select")[0].ChangeAsync("origin"));
        Assert.DoesNotContain(tab.FindAll(".builder select")[1].Children, option => option.TextContent == "<");
        await tab.ActAsync(() => tab.FindAll(".builder select")[1].ChangeAsync("OneOf"));
        await tab.ActAsync(() => tab.Find(".builder input").InputAsync("ORD, SFO"));
        Assert.Equal("origin in ('ORD', 'SFO')", tab.Find(".builder code").TextContent);
        await tab.ActAsync(() => tab.Find(".builder").SubmitAsync());
        await tab.ActAsync(() => tab.FindAll(".builder select")[0].ChangeAsync("distance"));
        await tab.ActAsync(() => tab.Find(".builder input").InputAsync("far"));
        Assert.Contains("'far' is no value", tab.Find(".builder .fault").TextContent);
        Assert.True(tab.Find(".builder .add").HasAttribute("disabled"));
        await tab.ActAsync(() => tab.Find(".builder input").InputAsync("100"));
        await tab.ActAsync(() => tab.FindAll(".builder select")[1].ChangeAsync("Greater"));
        await tab.ActAsync(() => tab.Find(".builder").SubmitAsync());

        Assert.Equal("origin in ('ORD', 'SFO') and distance > 100", tab.Find("#segment-text").GetAttribute("value"));
        tab.WaitForAssertion(() => Assert.Equal(["two"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
    }

    [Fact]
    public async Task What_was_typed_becomes_a_segment_of_the_model_which_can_be_chosen_and_removed()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"), ("two", 1, 0.2f, "ORD"));
        var tab = Open("?where=origin+%3D+'ORD'");

        await tab.ActAsync(() => tab.FindAll("button").First(button => button.TextContent.Contains("Save as a segment")).ClickAsync());
        await tab.ActAsync(() => tab.Find("dialog input").InputAsync("Chicago"));
        await tab.ActAsync(() => tab.FindAll("dialog footer button")[1].ClickAsync());
        tab.WaitForAssertion(() => Assert.Contains("segment=Chicago", Query), Patience);
        Assert.DoesNotContain("where", Query);
        tab.WaitForAssertion(() => Assert.Equal(["two"], tab.FindAll("td.id").Select(cell => cell.TextContent)), Patience);
        Assert.Equal("origin = 'ORD'", Assert.Single((await Services.GetRequiredService<SegmentStore>().ListAsync("flights", default)).Value).Expression);

        await tab.ActAsync(() => tab.FindAll("button").First(button => button.TextContent.Contains("Segments…")).ClickAsync());
        Assert.Equal("Chicago", tab.Find("dialog .segments a").TextContent);
        tab.WaitForElement("dialog input[type=checkbox]");
        await tab.ActAsync(() => tab.FindAll("dialog input[type=checkbox]")[1].ChangeAsync(true));
        tab.WaitForAssertion(() => Assert.Equal(["origin"], Services.GetRequiredService<SensitiveFeatures>().ListAsync("flights", default).GetAwaiter().GetResult().Value), Patience);
        await tab.ActAsync(() => tab.Find("dialog button[aria-label='Remove Chicago…']").ClickAsync());
        await tab.ActAsync(() => tab.Find("dialog button.danger").ClickAsync());
        tab.WaitForAssertion(() => Assert.DoesNotContain("segment=", Query), Patience);
        tab.WaitForAssertion(() => Assert.Equal(2, tab.FindAll("tbody tr").Count), Patience);
    }

    [Fact]
    public async Task An_id_leads_to_its_prediction_and_an_unknown_one_says_so()
    {
        await AddAsync(("one", 0, 0.9f, "LAX"));
        var tab = Open();

        await tab.ActAsync(() => tab.Find("#prediction-id").ChangeAsync("nobody"));
        await tab.ActAsync(() => tab.Find("form.field").SubmitAsync());
        tab.WaitForAssertion(() => Assert.Contains("Model 'flights' has no prediction 'nobody'", tab.Find("[role=alert]").TextContent), Patience);
        await tab.ActAsync(() => tab.Find("#prediction-id").ChangeAsync(" one "));
        await tab.ActAsync(() => tab.Find("form.field").SubmitAsync());
        tab.WaitForAssertion(() => Assert.EndsWith("/models/flights/predictions/one", Navigation.Uri), Patience);
    }

    [Fact]
    public void A_model_without_a_version_has_nothing_to_look_for()
    {
        using (var db = Services.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContext())
        {
            db.Models.Add(new() { Name = "bare", CreatedAt = Start });
            db.SaveChanges();
        }

        var tab = Render<PredictionsTab>(p => p.Add(t => t.Model, "bare"));
        tab.WaitForAssertion(() => Assert.Contains("'bare' has no version yet", tab.Find(".empty").TextContent), Patience);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a/b c")]
    [InlineData("ü%2F#?&=+")]
    [InlineData("/predictions/")]
    public void An_id_survives_the_way_through_the_address(string id) => Assert.Equal(id, PredictionChoice.IdOf(PredictionChoice.PathOf("flights", id)));

    private IRenderedComponent<PredictionsTab> Open(string query = "")
    {
        Navigation.NavigateTo("/" + query);
        var tab = Render<PredictionsTab>(p => p.Add(t => t.Model, "flights"));
        tab.WaitForAssertion(() => Assert.NotEmpty(tab.FindAll("#segment-text")), Patience);
        return tab;
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<PredictionsTab> tab, string text) => tab.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private Task<ObservationResult> AddAsync(params (string Id, double Minutes, float Score, string Origin)[] flights) => Store.AppendAsync([.. flights.Select(flight =>
    {
        InputValue[] inputs = [InputValue.OfNumber(flight.Minutes), served.Encoder.Category(1, flight.Origin)];
        var features = new float[2];
        served.Encoder.Encode(inputs, features);
        return new PredictionRecord
        {
            Model = served, Id = flight.Id, ArrivedAt = DateTimeOffset.UtcNow, EventTime = Start.AddMinutes(flight.Minutes), Inputs = inputs, Features = features, Outputs = [flight.Score], LatencyMicroseconds = 20,
        };
    })], default);
}
