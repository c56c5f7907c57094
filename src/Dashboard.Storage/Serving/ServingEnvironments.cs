using System.Collections.Frozen;
using Dashboard.Core.Serving;
using Dashboard.Storage.Deployments.Rollouts;
using Dashboard.Storage.Monitoring.Windows;
using Dashboard.Storage.Serving.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Serving;

/// <summary>An environment with what answers in it: production by the control room and its nodes, any other by its nodes alone, whose routes are kept here.</summary>
public sealed record ServingEnvironment(string Name, Router Router, ServingHost Serving);

/// <summary>All environments of the installation.</summary>
public sealed class ServingEnvironments : IDisposable
{
    private readonly FrozenDictionary<string, ServingEnvironment> byName;

    public ServingEnvironments(EnvironmentNames names, Router production, ServingHost serving, IDbContextFactory<DashboardDb> factory, LoadVersion load, VersionCatalog catalog, NodeRoster roster)
    {
        All = [.. names.All.Select(name =>
        {
            if (name == RolloutTarget.Production)
                return new ServingEnvironment(name, production, serving);
            var router = new Router();
            return new ServingEnvironment(name, router, new(factory, load, catalog, router, roster, name));
        })];
        byName = All.ToFrozenDictionary(one => one.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order in which versions go through them.</summary>
    public IReadOnlyList<ServingEnvironment> All { get; }

    /// <summary>Null: the installation has none by that name.</summary>
    public ServingEnvironment? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Brings every environment up to date; see <see cref="ServingHost.SynchroniseAsync"/>.</summary>
    public async Task<IReadOnlyList<(string Model, Dashboard.Core.Error Error)>> SynchroniseAsync(CancellationToken ct)
    {
        List<(string, Dashboard.Core.Error)> faults = [];
        foreach (var one in All)
            faults.AddRange(await one.Serving.SynchroniseAsync(ct));
        return faults;
    }

    public void Dispose()
    {
        // Production's own belongs to whoever made it.
        foreach (var one in All)
            if (one.Name != RolloutTarget.Production)
                one.Serving.Dispose();
    }
}
