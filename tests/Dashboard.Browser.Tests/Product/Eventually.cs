namespace Dashboard.Browser.Tests.Product;

/// <summary>Asks until it is so; fails by name when it is not so in time.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan within, string what) => TrueAsync(condition, within, () => what);

    /// <param name="what">Asked for when time is over.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var deadline = DateTime.UtcNow + within;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {within}: {what()}.");
            await Task.Delay(100);
        }
    }
}
