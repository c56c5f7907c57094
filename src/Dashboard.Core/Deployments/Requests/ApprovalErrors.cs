namespace Dashboard.Core.Deployments.Requests;

/// <summary>Four eyes: whoever proposed.</summary>
public sealed record OwnRequest(string Who) : Error(ErrorKind.Forbidden, $"{Shorten(Who)} proposed this, so somebody else has to approve it.");

/// <summary>Four eyes: whoever trained the version or brought it in.</summary>
public sealed record TrainedIt(string Who) : Error(ErrorKind.Forbidden, $"{Shorten(Who)} trained this version or brought it in, so somebody else has to approve it.");

/// <summary>In none of the groups whose approval is missing.</summary>
public sealed record NotInGroup(string Who, IReadOnlyList<string> Groups)
    : Error(ErrorKind.Forbidden, $"{Shorten(Who)} is in none of the groups whose approval is missing: {string.Join(", ", Groups)}.");

public sealed record AlreadyApproved(string Who, DateTimeOffset At) : Error(ErrorKind.Conflict, $"{Shorten(Who)} has approved this already, on {At.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");

/// <summary>The approval is of something else than what stands now.</summary>
public sealed record StaleDigest(string Seen, string? Present)
    : Error(ErrorKind.Conflict, Present is null ? "The evidence is being gathered; approve when it is there." : "Package, plan or evidence have changed since you looked; look again before approving.")
{
    public static StaleDigest Of(string seen, string? present) => new(seen, present) { Field = "digest", Value = Shorten(seen), Expected = present ?? "a request whose evidence is there" };
}

public sealed record RequestExpired(DateTimeOffset At) : Error(ErrorKind.Conflict, $"The request expired on {At.UtcDateTime:yyyy-MM-dd HH:mm} UTC; propose it again.");

/// <summary>Nothing is missing.</summary>
public sealed record NothingToApprove() : Error(ErrorKind.Conflict, "No approval is missing.");

/// <summary>An approval is a person’s: a program without an owner, or nobody in particular, cannot give one.</summary>
public sealed record NoAccount(string Who) : Error(ErrorKind.Forbidden, $"{Shorten(Who)} is no person’s account; an approval needs one that a person signed in with, or a token of theirs.");

/// <summary>A required check fails.</summary>
public sealed record CheckStandsInTheWay(IReadOnlyList<string> Checks)
    : Error(ErrorKind.Conflict, $"Required {(Checks.Count == 1 ? "check fails" : "checks fail")}: {string.Join(", ", Checks.Select(CheckNames.Words))}. Waive with a reason, or mend it and gather the evidence again.");
