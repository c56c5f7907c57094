using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Registry;
using Dashboard.Core.Training;
using Dashboard.Storage.Governance;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Segments;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Registry;

namespace Dashboard.Storage.Tests.Monitoring;

public sealed class SegmentStoreTests
{
    [Fact]
    public async Task A_segment_is_defined_in_canonical_form_listed_noted_and_removed()
    {
        await using var installation = await StartAsync();
        var store = installation.Get<SegmentStore>();

        var added = (await store.AddAsync("flights", "  Long ", "distance>1000 AND carrier IN ('AA')", "me", default)).Value;
        Assert.Equal(("Long", "distance > 1000 and carrier in ('AA')", "me", null), (added.Name, added.Expression, added.CreatedBy, added.Problem));
        Assert.Equal([(added.Id, added.Name, added.Expression)], (await store.ListAsync("flights", default)).Value.Select(segment => (segment.Id, segment.Name, segment.Expression)));

        Assert.Equal("Long", (await store.RemoveAsync("flights", added.Id, "you", default)).Value.Name);
        Assert.Empty((await store.ListAsync("flights", default)).Value);
        Assert.Equal(ErrorKind.NotFound, (await store.RemoveAsync("flights", added.Id, "you", default)).Error!.Kind);
        var activity = await installation.Get<ActivityLog>().ListAsync("flights", 10, null, default);
        Assert.Equal([("segment.removed", "you"), ("segment.added", "me")], activity.Take(2).Select(entry => (entry.Action, entry.Actor)));
    }

    [Theory]
    [InlineData("a", "speed > 1", ErrorKind.Invalid, "there is no input 'speed'")]
    [InlineData("a", "distance = 'far'", ErrorKind.Invalid, "distance is a number, and 'far' is not")]
    [InlineData("a", "distance >", ErrorKind.Invalid, "character 11")]
    [InlineData(" ", "distance > 1", ErrorKind.Invalid, "'name' is ''")]
    [InlineData("a\nb", "distance > 1", ErrorKind.Invalid, "without line breaks")]
    [InlineData("LONG", "distance > 1", ErrorKind.Conflict, "already has a segment")]
    public async Task What_cannot_be_a_segment_is_refused(string name, string expression, ErrorKind kind, string message)
    {
        await using var installation = await StartAsync();
        var store = installation.Get<SegmentStore>();
        await store.AddAsync("flights", "Long", "distance > 1000", "me", default);

        var refused = (await store.AddAsync("flights", name, expression, "me", default)).Error!;

        Assert.Equal(kind, refused.Kind);
        Assert.Contains(message, refused.Message);
        Assert.Single((await store.ListAsync("flights", default)).Value);
    }

    [Fact]
    public async Task A_model_has_fifty_segments_at_most_and_an_unknown_one_none()
    {
        await using var installation = await StartAsync();
        var store = installation.Get<SegmentStore>();
        for (var i = 0; i < SegmentStore.MostSegments; i++)
            Assert.True((await store.AddAsync("flights", $"s{i}", $"distance > {i}", "me", default)).IsSuccess);

        Assert.Equal("at most 50 segments a model", (await store.AddAsync("flights", "one more", "distance > 1", "me", default)).Error!.Expected);
        Assert.Equal(ErrorKind.NotFound, (await store.AddAsync("nobody", "a", "distance > 1", "me", default)).Error!.Kind);
        Assert.Equal(ErrorKind.NotFound, (await store.ListAsync("nobody", default)).Error!.Kind);
    }

    [Fact]
    public async Task The_newest_versions_inputs_may_be_named_too_and_a_version_gets_the_segments_that_fit_it()
    {
        await using var installation = await StartAsync();
        var (store, catalog, versions, registry) = (installation.Get<SegmentStore>(), installation.Get<SegmentCatalog>(), installation.Get<VersionCatalog>(), installation.Get<ModelRegistry>());
        var first = versions.Find((await registry.FindVersionAsync("flights", "1", default)).Value.Id)!;
        await store.AddAsync("flights", "Long", "distance > 1000", "me", default);
        Assert.Equal(["Long"], catalog.Of(first).Select(segment => segment.Name));

        // The second version brings an input and leaves another out.
        await RegisterAsync(installation, new("distance", InputType.Number, []), new("speed", InputType.Number, []));
        var second = versions.Find((await registry.FindVersionAsync("flights", "2", default)).Value.Id)!;
        var fast = await store.AddAsync("flights", "Fast", "speed > 500", "me", default);
        Assert.True(fast.IsSuccess, fast.Error?.Message);

        Assert.Equal(["Long"], catalog.Of(first).Select(segment => segment.Name));
        Assert.Equal(["Long", "Fast"], catalog.Of(second).Select(segment => segment.Name));
        Assert.True(catalog.Of(second)[1].Segment.Contains([InputValue.OfNumber(1), InputValue.OfNumber(501)]));

        await store.RemoveAsync("flights", fast.Value.Id, "me", default);
        Assert.Equal(["Long"], catalog.Of(second).Select(segment => segment.Name));
        Assert.Same(catalog.Of(second), catalog.Of(second));
    }

    [Fact]
    public async Task Sensitive_inputs_are_marked_and_unmarked_as_a_set()
    {
        await using var installation = await StartAsync();
        var sensitive = installation.Get<SensitiveFeatures>();

        Assert.Equal(["carrier", "distance"], (await sensitive.SetAsync("flights", ["distance", "carrier", "carrier"], "me", default)).Value);
        Assert.Equal(["carrier"], (await sensitive.SetAsync("flights", ["carrier"], "me", default)).Value);
        Assert.Equal(["carrier"], (await sensitive.ListAsync("flights", default)).Value);

        var refused = (await sensitive.SetAsync("flights", ["carrier", "sex"], "me", default)).Error!;
        Assert.Equal(("features", "sex"), (refused.Field, refused.Value));
        Assert.Equal(["carrier"], (await sensitive.ListAsync("flights", default)).Value);
        Assert.Equal(2, (await installation.Get<ActivityLog>().ListAsync("flights", 10, null, default)).Count(entry => entry.Action == "features.sensitive"));
        Assert.Equal(ErrorKind.NotFound, (await sensitive.ListAsync("nobody", default)).Error!.Kind);
    }

    [Fact]
    public async Task Segments_and_marks_go_with_their_model()
    {
        await using var installation = await StartAsync();
        await installation.Get<SegmentStore>().AddAsync("flights", "Long", "distance > 1000", "me", default);
        await installation.Get<SensitiveFeatures>().SetAsync("flights", ["carrier"], "me", default);

        await installation.Get<ModelRegistry>().DeleteAsync("flights", "me", default);
        await RegisterAsync(installation, new FeatureInput("distance", InputType.Number, []));

        Assert.Empty((await installation.Get<SegmentStore>().ListAsync("flights", default)).Value);
        Assert.Empty((await installation.Get<SensitiveFeatures>().ListAsync("flights", default)).Value);
    }

    private static async Task<TestInstallation> StartAsync()
    {
        var installation = await TestInstallation.StartAsync();
        await RegisterAsync(installation, new("distance", InputType.Number, []), new("carrier", InputType.Category, ["AA", "UA"]));
        return installation;
    }

    private static async Task RegisterAsync(TestInstallation installation, params FeatureInput[] inputs)
    {
        var package = ModelPackage.Create(
            new(1, "flights", ModelTask.Regression, new(inputs), [], 0.5, "xgboost", null, "model.ubj", null, null, new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []),
            new Dictionary<string, byte[]> { ["model.ubj"] = [1] }).Value;
        await installation.Get<ModelRegistry>().RegisterAsync(new("flights", package, "trained", "test"), default);
    }
}
