using Dashboard.Core.Governance.Audit;

namespace Dashboard.Storage.Governance.Audit;

/// <summary>From where what runs now was asked for. Whoever lets a command in says so; it flows with the call, and whatever saves finds it here.</summary>
public static class AmbientOrigin
{
    private static readonly AsyncLocal<Origin?> Flow = new();

    /// <summary>Null: unknown, or the product acts by itself.</summary>
    public static Origin? Current => Flow.Value;

    /// <summary>Everything that is called until the end of the scope comes from there.</summary>
    public static Scope Enter(Origin origin)
    {
        var scope = new Scope(Flow.Value);
        Flow.Value = origin;
        return scope;
    }

    public readonly struct Scope(Origin? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
