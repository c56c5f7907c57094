namespace Dashboard.Core.Deployments.Rollouts;

/// <summary>The action does not lead anywhere from the present phase.</summary>
/// <param name="Possible">What would have been possible.</param>
public sealed record IllegalTransition(RolloutAction Action, RolloutPhase Phase, IReadOnlyList<RolloutAction> Possible)
    : Error(ErrorKind.Conflict, $"A rollout that is {Phase} cannot {Action}; expected {(Possible.Count == 0 ? "nothing: it is over" : string.Join(", ", Possible))}.");

/// <summary>The sender saw another state than there is.</summary>
public sealed record StaleRevision(long Seen, long Present) : Error(ErrorKind.Conflict, $"The rollout is at revision {Present}, the command was given at {Seen}; look again and decide anew.");

/// <summary>Not everybody may give every command.</summary>
public sealed record NotForThisSource(RolloutAction Action, CommandSource Source, IReadOnlyList<CommandSource> Allowed)
    : Error(ErrorKind.Invalid, $"{Action} was given by {Source}; expected {string.Join(" or ", Allowed)}.");

/// <summary>A report belongs to another stage than the present one.</summary>
public sealed record StaleReport(int Reported, int Present) : Error(ErrorKind.Conflict, $"The report is of stage {Reported}, the rollout is in stage {Present}; expected a report of the present stage.");

/// <summary>At most one rollout of a target has traffic.</summary>
public sealed record TargetBusy(string Target, Guid Rollout, RolloutPhase Phase)
    : Error(ErrorKind.Conflict, $"Rollout {Rollout} of '{Shorten(Target)}' is {Phase}; expected it to end first, or to be superseded.");
