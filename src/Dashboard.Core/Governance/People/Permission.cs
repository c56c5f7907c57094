namespace Dashboard.Core.Governance.People;

/// <summary>What an endpoint, a page, a method of the hub or a button asks for.</summary>
public enum Permission
{
    /// <summary>Hold a page open that answers to what is pressed: anybody who has signed in, and whoever may watch. What a page shows and does is asked for apart.</summary>
    Visit,

    /// <summary>See live figures of a model: all that a display link may.</summary>
    Watch,

    /// <summary>See everything else: predictions, data, runs, jobs, rules, history.</summary>
    View,

    /// <summary>Ask for predictions; they become part of what is monitored.</summary>
    Predict,

    /// <summary>Send in observations and ground truth.</summary>
    Label,

    /// <summary>Register data, queue, cancel and retry trainings, explain changes.</summary>
    Train,

    /// <summary>Create models, bring in versions, set tags and aliases.</summary>
    Register,

    /// <summary>Keep alert rules, silences, incidents' notes, segments and a model's settings.</summary>
    Configure,

    /// <summary>Ask for a version to be put into service, and say something about such a request.</summary>
    Propose,

    /// <summary>Put a version into service.</summary>
    Promote,

    /// <summary>Approve or reject what somebody proposed, and waive a check.</summary>
    Approve,

    /// <summary>Return to the version before.</summary>
    RollBack,

    /// <summary>Read what everybody did, and from where.</summary>
    ReadAudit,

    /// <summary>Say what a promotion takes, and go round it in an emergency.</summary>
    ManagePolicy,

    /// <summary>Delete a model, keep channels and the demonstration.</summary>
    Maintain,

    /// <summary>People, their roles and tokens, display links.</summary>
    ManagePeople,

    /// <summary>Follow the control room as one of its serving nodes: take its orders and packages, and report what happened.</summary>
    Serve,

    /// <summary>One's own password and tokens: anybody who has signed in.</summary>
    OwnAccount,
}

/// <summary>Over what a permission is asked for.</summary>
public enum Reach
{
    /// <summary>The installation: a role on single models does not do.</summary>
    Installation,

    /// <summary>One model: a role on it, or on the installation.</summary>
    Model,

    /// <summary>A role anywhere does; what is shown is limited to the models that the caller may see.</summary>
    Anywhere,
}
