namespace Dashboard.XGBoost.Tests;

public sealed class LibraryTests
{
    [Fact]
    public void The_installed_library_is_found_and_accepted()
    {
        var loaded = XGBoostLibrary.Load(null);

        Assert.True(loaded.IsSuccess, loaded.Error?.Message);
        Assert.Equal(XGBoostLibrary.Version, loaded.Value);
    }

    [Theory]
    [InlineData("1.6.2", false)]
    [InlineData("1.7.0", true)]
    [InlineData("1.7.4", true)]
    [InlineData("2.1.4", true)]
    [InlineData("3.2.0", true)]
    [InlineData("4.0.0", false)]
    public void Versions_from_1_7_to_3_are_accepted(string version, bool accepted)
    {
        var refusal = XGBoostLibrary.Refuse(Version.Parse(version));

        Assert.Equal(accepted, refusal is null);
        if (!accepted)
        {
            Assert.Contains(version, refusal!.Message, StringComparison.Ordinal);
            Assert.Contains("from 1.7 to 3.x", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_library_that_is_something_else_is_refused_with_what_to_install()
    {
        var refusal = XGBoostLibrary.Refuse(null);

        Assert.Contains("apt-get install libxgboost0", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_does_not_load_is_named()
    {
        Assert.False(XGBoostLibrary.TryOpen("/nowhere/libxgboost.so", out _));
        Assert.Contains("/nowhere/libxgboost.so", XGBoostLibrary.NotFound("/nowhere/libxgboost.so").Message, StringComparison.Ordinal);
        Assert.Contains("XGBoost:LibraryPath", XGBoostLibrary.NotFound(null).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_are_read_from_the_line_that_the_library_writes()
    {
        var metrics = TrainingRounds.Parse("[12]\ttrain-auc:0.75\ttrain-logloss:6.1e-05\tvalidation-auc:nan\tvalidation-error@0.7:0.25");

        Assert.Equal(["train_auc", "train_logloss", "validation_error@0.7"], metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(6.1e-05, metrics["train_logloss"]);
    }
}
