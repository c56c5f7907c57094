using Bunit;
using Dashboard.Core.Training;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Telemetry;
using Dashboard.Web.Components.Pages.Models.Drift;
using Dashboard.Web.Components.Pages.Models.Performance;
using Dashboard.Web.Components.Pages.Models.RootCause;
using Dashboard.Web.Components.Pages.Models.Segments;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Models;

public sealed class SegmentsTabTests : LoggedModel
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Asked for by a button and answered by a process of its own; has its own tests.
    public SegmentsTabTests() => ComponentFactories.AddStub<RootCausePanel>();

    [Fact]
    public async Task Where_the_model_does_worse_is_ranked_and_can_be_looked_at_and_saved()
    {
        await RegisterAsync();
        await SendOneBadGroupAsync();
        var tab = await OpenAsync<SegmentsTab>();

        Assert.Contains("origin = ORD costs most", tab.Find(".verdict").TextContent);
        Assert.Equal("origin = ORD", tab.Find(".worst strong").TextContent);
        Assert.Contains("where=origin%20%3D%20%27ORD%27", tab.Find(".worst a").GetAttribute("href"));
        Assert.Contains("tab=predictions", tab.Find(".worst a").GetAttribute("href"));

        await tab.ActAsync(() => tab.Find(".worst button").ClickAsync());
        tab.WaitForAssertion(() => Assert.Contains("origin = 'ORD'", tab.Find("dialog, [role=dialog]").TextContent), Patience);
    }

    [Fact]
    public async Task Defined_segments_stand_beside_everything_and_lead_to_each_of_their_tabs()
    {
        await RegisterAsync();
        await DefineAsync("Chicago", "origin = 'ORD'");
        await SendOneBadGroupAsync();
        var tab = await OpenAsync<SegmentsTab>();

        Assert.Equal(["Everything", "Chicago"], tab.FindAll("th[scope=row]").Select(cell => cell.TextContent.Replace("Draw ", "")).Take(2));
        foreach (var (label, part) in new[] { ("Performance", "performance"), ("Drift", "drift"), ("Data quality", "quality"), ("Predictions", "predictions") })
            Assert.Matches($"tab={part}.*segment=Chicago|segment=Chicago.*tab={part}", tab.Find($"a[aria-label='{label} of Chicago']").GetAttribute("href"));
    }

    [Fact]
    public async Task An_input_that_is_marked_as_sensitive_gets_figures_of_fairness()
    {
        await RegisterAsync();
        await SendOneBadGroupAsync();
        var tab = await OpenAsync<SegmentsTab>();
        Assert.Contains("No input is marked as sensitive", tab.Markup);

        await tab.ActAsync(() => tab.FindAll(".marks input")[1].ChangeAsync(new ChangeEventArgs { Value = true }));
        tab.WaitForAssertion(() => Assert.Equal(2, tab.FindAll(".dots li").Count), Patience);
        Assert.Equal(["origin"], (await Services.GetRequiredService<SensitiveFeatures>().ListAsync("flights", default)).Value);
        Assert.Equal(["Demographic parity difference", "Demographic parity ratio", "Equal opportunity difference", "Equalised odds difference"], tab.FindAll(".gaps tbody td:first-child").Select(cell => cell.TextContent));
        Assert.Contains("not why", tab.Find(".caveat").TextContent);
    }

    [Fact]
    public async Task A_group_that_is_never_selected_is_not_called_alike()
    {
        await RegisterAsync();
        await Services.GetRequiredService<SensitiveFeatures>().SetAsync("flights", ["origin"], "me", default);
        await SendAsync(400, outputs: i => [i % 2 == 0 ? 0.1f : 0.9f], label: i => i % 4 / 2);
        var tab = await OpenAsync<SegmentsTab>();

        tab.WaitForState(() => tab.FindAll(".gaps").Count == 1, Patience);
        var ratio = tab.FindAll(".gaps tbody tr")[1].TextContent;
        Assert.StartsWith("Demographic parity ratio0", ratio);
        Assert.Contains("origin = ORD highest, origin = LAX lowest", ratio);
    }

    [Theory]
    [InlineData(ModelTask.MulticlassClassification)]
    [InlineData(ModelTask.Regression)]
    public async Task Other_tasks_have_their_own_figures(ModelTask task)
    {
        await RegisterAsync(task);
        await Services.GetRequiredService<SensitiveFeatures>().SetAsync("flights", ["origin", "distance"], "me", default);
        await SendAsync(800, outputs: i => task == ModelTask.Regression ? [i % 7] : i % 3 == 0 ? [0.6f, 0.2f, 0.2f] : [0.2f, 0.2f, 0.6f], label: i => task == ModelTask.Regression ? (i % 7) + (i % 2 * 5 * (i % 5)) : i % 2 == 0 ? i % 3 == 0 ? 0 : 2 : i / 2 % 3);
        var tab = await OpenAsync<SegmentsTab>();

        Assert.Equal("origin = ORD", tab.Find(".worst strong").TextContent);
        tab.WaitForState(() => tab.FindAll(".gaps").Count == 2, Patience);
        Assert.Equal(task == ModelTask.Regression ? ["mean_prediction", "mean_error", "mae"] : ["selection_rate", "base_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy"],
            tab.FindAll("select").Single(select => select.TextContent.Contains(task == ModelTask.Regression ? "Mean error" : "Selection rate")).QuerySelectorAll("option").Select(option => option.GetAttribute("value")));
        Assert.Equal(task == ModelTask.MulticlassClassification, tab.FindAll("select").Any(select => select.TextContent.Contains("on time")));
    }

    [Fact]
    public async Task Without_labels_and_without_predictions_the_tab_says_so()
    {
        await RegisterAsync(reference: false);
        var empty = await OpenAsync<SegmentsTab>();
        Assert.Equal("No prediction in this time range.", empty.Find(".verdict").TextContent);
        Assert.Contains("Show all time", empty.Markup);

        await SendAsync(300);
        var unlabelled = await OpenAsync<SegmentsTab>();
        Assert.StartsWith("No ground truth has arrived yet", unlabelled.Find(".verdict").TextContent);
    }

    [Fact]
    public async Task Performance_and_drift_are_about_the_segment_of_the_url()
    {
        await RegisterAsync();
        await DefineAsync("Chicago", "origin = 'ORD'");
        await DefineAsync("Near", "distance < 20");
        await SendOneBadGroupAsync();

        var performance = await OpenAsync<PerformanceTab>("?segment=Chicago");
        performance.WaitForAssertion(() => Assert.Matches(@"^Chicago: 600 of 1\s200 predictions", performance.Find(".verdict").TextContent), Patience);

        var all = await OpenAsync<DriftTab>();
        all.WaitForState(() => all.FindAll("select").Count > 0, Patience);
        Assert.Equal(["All predictions", "Chicago", "Near"], all.Find("select").QuerySelectorAll("option").Select(option => option.TextContent));
        Assert.DoesNotContain("Chicago:", all.Find(".verdict").TextContent);
        var part = await OpenAsync<DriftTab>("?segment=Chicago&feature=distance");
        // The scores are others than those of the reference, whose inputs are the same.
        part.WaitForAssertion(() => Assert.StartsWith("Chicago: the predictions moved since 5 Feb", part.Find(".verdict").TextContent), Patience);
        part.WaitForAssertion(() => Assert.Contains("750 and 600 rows", part.Markup), Patience);
        var few = await OpenAsync<DriftTab>("?segment=Near");
        few.WaitForAssertion(() => Assert.Equal("Near: drift is not judged.", few.Find(".verdict").TextContent), Patience);
        Assert.Contains("Near cannot be held against the reference", few.Markup);
        Assert.Contains("200 are needed", few.Markup);
    }

    /// <summary>Five days in which scores say nothing about ORD, and all about LAX.</summary>
    private Task<Dashboard.Storage.Monitoring.Telemetry.ObservationResult> SendOneBadGroupAsync() => SendAsync(1200, outputs: i => [i % 2 == 0 ? i % 4 == 0 ? 0.1f : 0.9f : i % 3 == 0 ? 0.3f : 0.7f], label: i => i % 2 == 0 ? i % 4 == 0 ? 0 : 1 : i / 2 % 2);

    private async Task<IRenderedComponent<T>> OpenAsync<T>(string query = "") where T : IComponent
    {
        Navigation.NavigateTo("/" + query);
        var (picture, status) = await PageAsync();
        var tab = Render<T>(parameters =>
        {
            parameters.TryAdd("Picture", picture);
            parameters.TryAdd("Status", status);
        });
        tab.WaitForAssertion(() => Assert.NotEmpty(tab.FindAll(".verdict")), Patience);
        // Panels of a tab ask for themselves.
        tab.WaitForState(() => tab.FindAll(".skeleton").Count == 0, Patience);
        return tab;
    }

    private async Task DefineAsync(string name, string expression) => Assert.True((await Services.GetRequiredService<SegmentStore>().AddAsync("flights", name, expression, "me", default)).IsSuccess);
}
