using Dashboard.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Storage.Tests;

/// <summary>A data directory of its own with its stores, on real SQLite files; gone at the end.</summary>
internal sealed class TestInstallation : IAsyncDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), "dashboard-tests", Guid.NewGuid().ToString("N"));
    private readonly ServiceProvider services;

    private TestInstallation(Action<IServiceCollection>? add)
    {
        Directory = new DataDirectory(path);
        var collection = new ServiceCollection();
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton<Notifications>();
        collection.AddDashboardStorage(Directory);
        add?.Invoke(collection);
        services = collection.BuildServiceProvider();
    }

    public DataDirectory Directory { get; }

    public static async Task<TestInstallation> StartAsync(Action<IServiceCollection>? add = null)
    {
        var installation = new TestInstallation(add);
        await StorageSetup.PrepareAsync(installation.Get<IDbContextFactory<DashboardDb>>(), default);
        return installation;
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(path, recursive: true);
    }
}
