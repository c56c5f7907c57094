namespace Dashboard.Core.Monitoring.Sequential;

/// <summary>Watches a stream of losses, one value after another, and says when it finds a change.</summary>
public interface IChangeDetector
{
    /// <summary>Takes the next value.</summary>
    /// <returns>True: a change is found at this value.</returns>
    bool Update(double value);
}
