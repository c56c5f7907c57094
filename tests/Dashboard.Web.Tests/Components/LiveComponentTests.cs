using Bunit;
using Dashboard.Core;
using Dashboard.Web.Components.Shared;
using Dashboard.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Dashboard.Web.Tests.Components;

namespace Dashboard.Web.Tests.Kit;

public sealed class LiveComponentTests : PageTest
{
    [Fact]
    public void A_notification_that_concerns_the_panel_makes_it_read_again()
    {
        var panel = Render<Panel>();
        panel.WaitForAssertion(() => Assert.Equal("read 1", panel.Find("p").TextContent));
        Bus.Publish(new(Topics.Runs));
        Bus.Publish(new(Topics.Jobs, Subject: "a"));
        panel.WaitForAssertion(() => Assert.Equal("read 2", panel.Find("p").TextContent));
    }

    [Fact]
    public async Task A_paused_page_keeps_its_picture_and_catches_up_afterwards()
    {
        Navigation.NavigateTo("/?paused=1");
        var panel = Render<Panel>();
        panel.WaitForAssertion(() => Assert.Equal("read 1", panel.Find("p").TextContent));
        var seen = new TaskCompletionSource();
        using (Services.GetRequiredService<LiveUpdates>().Subscribe(_ => true, _ => { seen.TrySetResult(); return Task.CompletedTask; }))
        {
            Bus.Publish(new(Topics.Jobs));
            await seen.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }

        panel.WaitForAssertion(() => Assert.True(panel.Instance.Noticed));
        Assert.Equal("read 1", panel.Find("p").TextContent);
        Navigation.NavigateTo("/");
        panel.WaitForAssertion(() => Assert.Equal("read 2", panel.Find("p").TextContent));
    }

    [Fact]
    public void A_new_time_range_makes_it_read_again()
    {
        var panel = Render<Panel>();
        Navigation.NavigateTo("/?range=7d");
        panel.WaitForAssertion(() => Assert.Equal("read 2", panel.Find("p").TextContent));
    }

    [Fact]
    public async Task A_failure_is_shown_with_the_last_picture_and_can_be_tried_again()
    {
        var panel = Render<Panel>();
        panel.Instance.Fault = new InvalidOperationException("the disk is full");
        Bus.Publish(new(Topics.Jobs));
        panel.WaitForAssertion(() => Assert.Contains("the disk is full", panel.Find("[role=alert]").TextContent));
        Assert.Contains("Not up to date since", panel.Find("[role=alert]").TextContent);
        Assert.Equal("read 1", panel.Find("p").TextContent);
        panel.Instance.Fault = null;
        await panel.ActAsync(() => panel.Find("[role=alert] button").ClickAsync());
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll("[role=alert]")));
    }

    [Fact]
    public void Until_the_first_reading_there_is_a_skeleton()
    {
        var gate = new TaskCompletionSource();
        var panel = Render<Panel>(p => p.Add(x => x.Gate, gate.Task));
        Assert.NotEmpty(panel.FindAll(".skeleton"));
        gate.SetResult();
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".skeleton")));
    }

    private sealed class Panel : LiveComponent
    {
        private int readings;

        [Parameter] public Task Gate { get; set; } = Task.CompletedTask;

        public Exception? Fault { get; set; }

        public bool Noticed { get; private set; }

        protected override bool Concerns(Notification notification)
        {
            Noticed |= notification.Topic == Topics.Jobs;
            return notification.Topic == Topics.Jobs;
        }

        protected override async Task LoadAsync(CancellationToken ct)
        {
            await Gate;
            if (Fault is not null)
                throw Fault;
            readings++;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<LiveView>(0);
            builder.AddComponentParameter(1, nameof(LiveView.Of), this);
            builder.AddComponentParameter(2, nameof(LiveView.ChildContent), (RenderFragment)(content => content.AddMarkupContent(0, $"<p>read {readings}</p>")));
            builder.CloseComponent();
        }
    }
}
