using Dashboard.Core.Deployments.Requests;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Storage.Registry;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Storage.Deployments.Requests;

/// <summary>Who may approve a request and who made its version, read in the caller's transaction.</summary>
internal static class RequestPeople
{
    /// <summary>Everybody with an account that works.</summary>
    public static async Task<IReadOnlyList<Reviewer>> ReviewersAsync(DashboardDb db, int modelId, CancellationToken ct)
    {
        var people = await db.Users.AsNoTracking().Where(p => p.Enabled).Include(p => p.Grants.Where(g => g.ModelId == modelId)).OrderBy(p => p.UserName).ToListAsync(ct);
        return [.. people.Select(Of)];
    }

    /// <summary>
    /// The accounts that trained a version or brought it in: whoever registered it, or the same package anywhere else, and whoever asked for the training that made it, even when the package came back by an import.
    /// Registry and jobs keep names, which are unique and never change; a token's is its owner's with the token's in parentheses.
    /// </summary>
    public static async Task<IReadOnlyCollection<int>> TrainersAsync(DashboardDb db, ModelVersion version, CancellationToken ct)
    {
        var twins = await db.ModelVersions.AsNoTracking().Where(v => v.Digest == version.Digest).Select(v => new { v.CreatedBy, v.RunId, v.ManifestJson }).ToListAsync(ct);
        var names = twins.Select(twin => twin.CreatedBy).ToHashSet(StringComparer.Ordinal);
        var runs = twins.SelectMany(twin => new[] { twin.RunId, Core.CanonicalJson.Deserialize<Core.Registry.ModelManifest>(twin.ManifestJson).RunId }).OfType<string>().Distinct().ToList();
        var jobs = await db.Jobs.AsNoTracking().Where(j => j.RunId != null && runs.Contains(j.RunId)).Select(j => new { j.RequestedBy, j.RetryOf }).ToListAsync(ct);
        while (jobs.Count > 0)
        {
            names.UnionWith(jobs.Select(job => job.RequestedBy));
            // A repeated job does what somebody else had set up.
            var repeated = jobs.Select(job => job.RetryOf).OfType<string>().ToList();
            jobs = await db.Jobs.AsNoTracking().Where(j => repeated.Contains(j.Id)).Select(j => new { j.RequestedBy, j.RetryOf }).ToListAsync(ct);
        }

        var accounts = names.Select(name => (name.IndexOf(" (", StringComparison.Ordinal) is > 0 and var at ? name[..at] : name).ToUpperInvariant()).ToList();
        return await db.Users.Where(p => accounts.Contains(p.NormalizedUserName!)).Select(p => p.Id).ToListAsync(ct);
    }

    private static Reviewer Of(Person person)
    {
        var role = person.Grants.Select(grant => (Role?)grant.Role).Append(person.Role).Max();
        return new(person.Id, person.UserName!, role >= Role.Approver, role >= Role.Administrator);
    }
}
