using Bunit;
using Dashboard.Core;
using Dashboard.Core.Governance.People;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;
using Dashboard.Web.People;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Dashboard.Web.Tests.Kit;

/// <summary>What a component finds around it: live updates, the page's state, Radzen's services, and a browser that takes every call.</summary>
public abstract class PageTest : BunitContext
{
    /// <summary>bUnit waits a second unless told: too little for a busy machine.</summary>
    static PageTest() => DefaultWaitTimeout = TimeSpan.FromMinutes(2);

    protected PageTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<Notifications>();
        Services.AddSingleton<LiveUpdates>();
        // Somebody alone at the machine, as the actor below is.
        Services.AddSingleton<Dashboard.Storage.Deployments.Requests.HasAccounts>(() => false);
        Services.AddScoped<PageState>();
        Services.AddScoped(_ => new PageAccess(() => Acting));
        Services.AddRadzenComponents();
    }

    /// <summary>Who sits in front of the page; everything is allowed unless a test says otherwise.</summary>
    protected Actor? Acting { get; set; } = Actor.Operator("operator");

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    protected Notifications Bus => Services.GetRequiredService<Notifications>();

    /// <summary>The query of the present URL.</summary>
    protected string Query => new Uri(Navigation.Uri).Query;
}
