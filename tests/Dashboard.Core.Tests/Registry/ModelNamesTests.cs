using Dashboard.Core.Registry;

namespace Dashboard.Core.Tests.Registry;

public sealed class ModelNamesTests
{
    [Theory]
    [InlineData("flight-delay")]
    [InlineData("Higgs_2.1")]
    [InlineData("7")]
    public void Plain_names_are_models(string name) => Assert.Null(ModelNames.CheckModel(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("-x")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("é")]
    public void Names_that_do_not_fit_a_path_or_a_URL_are_refused(string? name) => Assert.Equal("name", ModelNames.CheckModel(name)!.Field);

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        Assert.Null(ModelNames.CheckModel(new string('a', 100)));
        Assert.NotNull(ModelNames.CheckModel(new string('a', 101)));
    }

    [Theory]
    [InlineData("challenger", true)]
    [InlineData("eu-west", true)]
    [InlineData("version", true)]
    [InlineData("latest", false)]
    [InlineData("Latest", false)]
    [InlineData("v3", false)]
    [InlineData("3", false)]
    [InlineData("champion", false)]
    [InlineData("Champion", false)]
    public void Words_that_mean_a_version_already_are_no_aliases(string alias, bool allowed) => Assert.Equal(allowed, ModelNames.CheckAlias(alias) is null);
}
