namespace Dashboard.Web.Components.Shared;

/// <summary>What a state means for the person who looks: fine, look soon, act now, or nothing known. "No data" is <see cref="None"/>, never <see cref="Ok"/>.</summary>
public enum StateKind { Ok, Warn, Bad, None }

public static class StateKinds
{
    /// <summary>The class and icon name: ok, warn, bad, none.</summary>
    public static string Name(this StateKind kind) => kind switch
    {
        StateKind.Ok => "ok",
        StateKind.Warn => "warn",
        StateKind.Bad => "bad",
        _ => "none",
    };
}
