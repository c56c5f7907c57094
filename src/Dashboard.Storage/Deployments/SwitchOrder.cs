namespace Dashboard.Storage.Deployments;

/// <summary>The newest event time of a model: the present on its own clock. Null where it has no events.</summary>
public delegate Task<DateTimeOffset?> ModelClock(string model, CancellationToken ct);

/// <summary>Who wants another champion, for which model and why.</summary>
/// <param name="ExpectedChampion">Refuse when the champion is another version by now; 0 says that there is none. Null: whatever it is.</param>
/// <param name="EventTime">The marker's place on the model's clock; null: its newest event.</param>
public sealed record SwitchOrder(string Model, string By, string Reason = "", int? ExpectedChampion = null, DateTimeOffset? EventTime = null);

/// <summary>A change of champion that answers. Versions by their numbers.</summary>
/// <param name="From">Null when nothing was live.</param>
/// <param name="Unstored">Why it is not in the database yet, though it is in force; null: it is.</param>
public sealed record ChampionChanged(string Model, DeploymentKind Kind, int? From, int To, DateTimeOffset At, string? Unstored = null);
