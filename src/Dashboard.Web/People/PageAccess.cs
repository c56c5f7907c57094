using System.Reflection;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.People;

/// <summary>
/// What the person in front of a page may do, at this moment: a role that was taken away is gone from the next click on. Buttons ask <see cref="May(Permission, string?)"/>
/// whether to be there, and every command asks <see cref="Refusal"/> before it acts: pages call the services directly, so nothing else stands between.
/// </summary>
public sealed class PageAccess : IDisposable
{
    private readonly Func<Actor?> who;
    private readonly AccessDirectory? directory;

    /// <param name="directory">Tells of changes; null: there are none.</param>
    public PageAccess(Func<Actor?> who, AccessDirectory? directory = null)
    {
        (this.who, this.directory) = (who, directory);
        directory?.Changed += OnChanged;
    }

    /// <summary>Roles changed somewhere; on whichever thread.</summary>
    public event Action? Changed;

    /// <summary>Null: nobody signed in, or not any more.</summary>
    public Actor? Actor => who();

    /// <summary>What activity entries say.</summary>
    public string Name => Actor?.Name ?? "nobody";

    /// <summary>Whether it is allowed on a model; without one: on the installation.</summary>
    public bool May(Permission permission, string? model = null) => Access.Decide(Actor, permission, model is null ? Reach.Installation : Reach.Model, model) == Verdict.Allowed;

    /// <summary>Whether it is allowed on some model at least.</summary>
    public bool MaySomewhere(Permission permission) => Access.Decide(Actor, permission, Reach.Anywhere, null) == Verdict.Allowed;

    /// <summary>Whether a page may be shown.</summary>
    public Verdict MayOpen(string route, string? model) => AccessControl.Decide(AccessTable.Find(Surface.Page, "*", route), Actor, model);

    /// <summary>Whether a page may be shown: by every route that leads to it.</summary>
    public Verdict MayOpen(Type page, string? model)
    {
        var verdicts = page.GetCustomAttributes<RouteAttribute>(inherit: false).Select(route => MayOpen(route.Template, model)).ToList();
        return verdicts.Count == 0 ? Verdict.Refused : verdicts.FirstOrDefault(verdict => verdict != Verdict.Allowed, Verdict.Allowed);
    }

    /// <summary>The least role that opens a page, for whoever it is closed to; null: no role does.</summary>
    public Role? Lacks(Type page, string? model) => page.GetCustomAttributes<RouteAttribute>(inherit: false).Where(route => MayOpen(route.Template, model) != Verdict.Allowed)
        .Select(route => AccessTable.Find(Surface.Page, "*", route.Template)?.Needs is { } needs ? Access.Least(needs) : null).FirstOrDefault();

    /// <summary>Why a command is refused; null: it is allowed.</summary>
    public Error? Refusal(Permission permission, string? model = null) => May(permission, model) ? null : new NotAllowed(Name, permission, model);

    public void Dispose() => directory?.Changed -= OnChanged;

    private void OnChanged() => Changed?.Invoke();
}
