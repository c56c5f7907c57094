using Dashboard.Core.Monitoring.Health;
using Dashboard.Web.Components.Pages.Wall;
using Dashboard.Web.Components.Shared;
using static Dashboard.Web.Tests.Wall.WallSamples;

namespace Dashboard.Web.Tests.Wall;

public sealed class WallStateTests
{
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(5);

    [Fact]
    public void Fresh_data_shows_the_verdict_over_the_range() =>
        Assert.Equal(new(StateKind.Warn, "Drifting"), WallState.Of(Reading(), Pulse(Now.AddMinutes(-5)), Stale, Now));

    [Fact]
    public void Data_that_stopped_is_stale_since_then() =>
        Assert.Equal(new(StateKind.None, "Stale", Now.AddMinutes(-12), IsSilent: true), WallState.Of(Reading(HealthState.Healthy), Pulse(Now.AddMinutes(-12)), Stale, Now));

    [Fact]
    public void A_range_without_data_is_no_data_and_says_since_when()
    {
        Assert.Equal(new(StateKind.None, "No data", Now.AddDays(-40), IsSilent: true), WallState.Of(Reading(HealthState.NoData), Pulse(Now.AddDays(-40)), Stale, Now));
        Assert.Equal(new(StateKind.None, "No data", null, IsSilent: true), WallState.Of(Reading(HealthState.NoData), Pulse(null), Stale, Now));
    }

    [Fact]
    public void The_first_data_ends_no_data_before_anything_is_read_again() =>
        Assert.Equal(new(StateKind.None, "First data"), WallState.Of(Reading(HealthState.NoData), Pulse(Now.AddSeconds(1)), Stale, Now.AddSeconds(1)));

    [Fact]
    public void A_service_that_fails_now_is_failing_whatever_the_range_says() =>
        Assert.Equal(new(StateKind.Bad, "Errors 4.10\u202f%"), WallState.Of(Reading(HealthState.Healthy), Pulse(Now, 0.041), Stale, Now));

    [Fact]
    public void What_cannot_be_read_any_more_is_not_read_since_the_last_time() =>
        Assert.Equal(new(StateKind.None, "Not read", Now.AddMinutes(-1), IsSilent: true), WallState.Of(Reading(), Pulse(Now), Stale, Now, Now.AddMinutes(-1)));

    [Fact]
    public void Without_a_champion_nothing_is_expected() =>
        Assert.Equal(new(StateKind.None, "Not deployed"), WallState.Of(Reading(HealthState.NotDeployed), Pulse(null), Stale, Now));
}
