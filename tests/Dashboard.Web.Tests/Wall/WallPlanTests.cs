using Dashboard.Storage.Registry;
using Dashboard.Web.Components.Pages.Wall;

namespace Dashboard.Web.Tests.Wall;

public sealed class WallPlanTests
{
    private static readonly RegisteredModel[] Registered = [Model("a", "eu"), Model("b", "eu", "prod"), Model("c", "prod"), Model("d")];

    [Fact]
    public void Without_a_choice_all_models_come_in_grids_and_then_each_large() =>
        Assert.Equal(["Models: a b c", "Models: d", "a!", "b!", "c!", "d!"], Pages("?tiles=3"));

    [Fact]
    public void A_tag_chooses_its_models_and_names_the_grid() =>
        Assert.Equal(["prod: b c"], Pages("?tag=prod&show=fleet"));

    [Fact]
    public void Named_models_keep_their_order_and_come_before_the_tagged_ones() =>
        Assert.Equal(["Mine: d a b c"], Pages("?models=d,a&tag=prod,eu&show=fleet&title=Mine"));

    [Fact]
    public void A_grid_for_each_tag() =>
        Assert.Equal(["eu: a b", "prod: b c"], Pages("?show=tags"));

    [Fact]
    public void One_model_alone_is_shown_large_only() =>
        Assert.Equal(["a!"], Pages("?models=a"));

    [Fact]
    public void A_name_of_no_model_keeps_its_place_and_is_reported()
    {
        Assert.Equal(["Models: a nobody"], Pages("?models=a,nobody&show=fleet"));
        var fault = Assert.Single(WallPlan.Missing(Options("?models=a,nobody"), Registered));
        Assert.Equal(("models", "nobody", "a registered model: a, b, c, d"), (fault.Field, fault.Value, fault.Expected));
        Assert.Equal("a tag that a model carries: eu, prod", Assert.Single(WallPlan.Missing(Options("?tag=us"), Registered)).Expected);
    }

    [Fact]
    public void The_turn_follows_from_the_time_alone_so_that_all_screens_agree()
    {
        var plan = WallPlan.Of(Options("?tiles=3"), Registered);
        var start = DateTimeOffset.FromUnixTimeSeconds(20 * 6 * 1_000_000);
        Assert.Equal([0, 0, 1, 1, 2, 5, 0], new[] { 0, 19, 20, 39, 40, 119, 120 }.Select(second => plan.TurnAt(start.AddSeconds(second), 20)));
        Assert.Equal([20, 1, 20], new[] { 0, 19, 20 }.Select(second => WallPlan.SecondsLeft(start.AddSeconds(second), 20)));
    }

    private static IEnumerable<string> Pages(string query) =>
        WallPlan.Of(Options(query), Registered).Pages.Select(page => page.IsSingle ? page.Title + "!" : $"{page.Title}: {string.Join(' ', page.Models)}");

    private static WallOptions Options(string query) => WallOptions.Parse(query).Options;

    private static RegisteredModel Model(string name, params string[] tags)
    {
        var model = new RegisteredModel { Name = name, CreatedAt = DateTimeOffset.UnixEpoch };
        model.Tags.AddRange(tags.Select(tag => new ModelTag { Tag = tag }));
        return model;
    }
}
