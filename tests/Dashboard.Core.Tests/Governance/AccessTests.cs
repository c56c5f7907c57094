using Dashboard.Core.Governance.People;

namespace Dashboard.Core.Tests.Governance;

public sealed class AccessTests
{
    private static readonly Dictionary<string, Role> OnFlights = new(StringComparer.Ordinal) { ["flights"] = Role.Approver };

    [Theory]
    [InlineData(Permission.View, Role.Viewer)]
    [InlineData(Permission.Predict, Role.Contributor)]
    [InlineData(Permission.Train, Role.Contributor)]
    [InlineData(Permission.Promote, Role.Approver)]
    [InlineData(Permission.RollBack, Role.Approver)]
    [InlineData(Permission.ManagePeople, Role.Administrator)]
    public void A_role_may_do_what_it_and_the_roles_before_it_may_and_no_more(Permission permission, Role least)
    {
        foreach (var role in Enum.GetValues<Role>())
            Assert.Equal(role >= least ? Verdict.Allowed : Verdict.Refused, Access.Decide(Person(role), permission, Reach.Installation, null));
    }

    [Fact]
    public void Nobody_may_do_anything_before_signing_in() =>
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.Equal(Verdict.SignInFirst, Access.Decide(null, permission, Reach.Anywhere, "flights")));

    [Fact]
    public void Somebody_without_a_role_has_an_account_and_nothing_else()
    {
        foreach (var permission in Enum.GetValues<Permission>())
            Assert.Equal(permission is Permission.OwnAccount or Permission.Visit ? Verdict.Allowed : Verdict.Refused, Access.Decide(Person(null), permission, Reach.Anywhere, "flights"));
    }

    [Fact]
    public void A_role_on_one_model_holds_there_and_nowhere_else()
    {
        var approver = Person(null, OnFlights);

        Assert.Equal(Verdict.Allowed, Access.Decide(approver, Permission.Promote, Reach.Model, "flights"));
        Assert.Equal(Verdict.Refused, Access.Decide(approver, Permission.View, Reach.Model, "prices"));
        Assert.Equal(Verdict.Refused, Access.Decide(approver, Permission.View, Reach.Model, "Flights"));
        Assert.Equal(Verdict.Refused, Access.Decide(approver, Permission.View, Reach.Model, null));
        Assert.Equal(Verdict.Refused, Access.Decide(approver, Permission.View, Reach.Installation, "flights"));
        Assert.Equal(Verdict.Allowed, Access.Decide(approver, Permission.View, Reach.Anywhere, null));
    }

    [Fact]
    public void A_role_on_a_model_adds_to_the_role_on_the_installation_and_never_takes_away()
    {
        Assert.Equal(Role.Approver, Person(Role.Viewer, OnFlights).On("flights"));
        Assert.Equal(Role.Administrator, Person(Role.Administrator, OnFlights).On("flights"));
        Assert.Equal(Role.Viewer, Person(Role.Viewer, OnFlights).On("prices"));
    }

    [Fact]
    public void A_token_can_do_what_its_owner_can_and_no_more()
    {
        var viewer = Person(Role.Viewer, OnFlights);

        Assert.Equal(Role.Viewer, viewer.Limited(Role.Administrator, null).Everywhere);
        Assert.Equal(Role.Contributor, viewer.Limited(Role.Contributor, null).On("flights"));
        var narrow = viewer.Limited(Role.Contributor, ["flights", "unknown"]);
        Assert.Null(narrow.Everywhere);
        Assert.Equal(Role.Contributor, narrow.On("flights"));
        Assert.Equal(Role.Viewer, narrow.On("unknown"));
        Assert.Null(narrow.On("prices"));
        Assert.Empty(Person(null).Limited(Role.Administrator, ["flights"]).Models);
    }

    [Fact]
    public void A_display_watches_its_models_and_does_nothing_else()
    {
        var display = new Actor(ActorKind.Display, "1", "Hall", null, new Dictionary<string, Role>(StringComparer.Ordinal) { ["flights"] = Role.Administrator });

        foreach (var permission in Enum.GetValues<Permission>())
            Assert.Equal(permission is Permission.Watch or Permission.Visit ? Verdict.Allowed : Verdict.Refused, Access.Decide(display, permission, Reach.Model, "flights"));
        Assert.Equal(Verdict.Refused, Access.Decide(display, Permission.Watch, Reach.Model, "prices"));
        Assert.Equal(Verdict.Refused, Access.Decide(new(ActorKind.Token, "1", "left over", null, new Dictionary<string, Role>()), Permission.Visit, Reach.Anywhere, null));
    }

    [Fact]
    public void A_refusal_says_who_what_and_which_role_it_takes()
    {
        var error = new NotAllowed("mia", Permission.Promote, "flights");

        Assert.Equal(ErrorKind.Forbidden, error.Kind);
        Assert.Equal("mia may not do this to model 'flights': it takes the role Approver on it or on the installation. An administrator can give it.", error.Message);
    }

    private static Actor Person(Role? role, IReadOnlyDictionary<string, Role>? models = null) => new(ActorKind.Person, "1", "mia", role, models ?? new Dictionary<string, Role>(StringComparer.Ordinal));
}
