namespace Dashboard.Core.Governance.People;

/// <summary>What a person, or whoever holds a token, may do; each role may do what those before it may. Given for the whole installation or for one model.</summary>
public enum Role
{
    /// <summary>Looks.</summary>
    Viewer = 0,

    /// <summary>Sends in predictions and labels, trains, registers, keeps rules and segments.</summary>
    Contributor = 1,

    /// <summary>Decides what goes live.</summary>
    Approver = 2,

    /// <summary>Gives roles, keeps channels, deletes models.</summary>
    Administrator = 3,
}
