using Dashboard.Core;
using Dashboard.Core.Monitoring.Alerts;
using Dashboard.Storage.Monitoring.Alerts;
using Dashboard.Web.Hosting.Alerts;

namespace Dashboard.Web.Api.V1.Alerts;

/// <summary>Where alerts go, and what became of the messages.</summary>
internal static class ChannelEndpoints
{
    private const string Any = "*/*";

    public static void MapAlertChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/alert-channels").WithTags("Alerts");
        channels.MapGet("", async (AlertChannels store, CancellationToken ct) => await store.ListAsync(ct)).Produces<ChannelView[]>().WithSummary("Channels, without their secrets");
        channels.MapPost("", CreateAsync).Accepts<ChannelBody>("application/json", Any).Produces<ChannelMade>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Add a webhook { url, secret? }, a slack { url } or an email { mail, secret? } channel; a webhook's secret that is made for it is shown this once");
        channels.MapGet("/{id:int}", FindAsync).Produces<ChannelView>().ProducesProblem(404).WithSummary("One channel");
        channels.MapPut("/{id:int}", UpdateAsync).Accepts<ChannelBody>("application/json", Any).Produces<ChannelView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Change a channel; a secret that is left out stays");
        channels.MapDelete("/{id:int}", DeleteAsync).Produces(StatusCodes.Status204NoContent).ProducesProblem(404).WithSummary("Remove a channel with the record of its messages");
        channels.MapPost("/{id:int}/test", TestAsync).Produces<SendResult>().ProducesProblem(404).WithSummary("Send a real test message, once, and say what came back");
        var deliveries = routes.MapGroup("/alert-deliveries").WithTags("Alerts");
        deliveries.MapGet("", DeliveriesAsync).Produces<DeliveryView[]>().ProducesProblem(400).WithSummary("Messages, newest first; by channel, incident or status (waiting, delivered, failed, cancelled)");
        deliveries.MapPost("/{id}/retry", RetryAsync).Produces<DeliveryView>().ProducesProblem(404).ProducesProblem(409).WithSummary("Send a message again that was given up");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, AlertChannels store, CancellationToken ct)
    {
        var draft = await ReadAsync(context, ct);
        return draft.Error is { } fault ? fault.ToProblem()
            : (await store.CreateAsync(draft.Value, ct)).Match(made => Results.Created($"/api/v1/alert-channels/{made.Channel.Id}", made), Problems.ToProblem);
    }

    private static async Task<IResult> FindAsync(int id, AlertChannels store, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } found ? Results.Ok(found) : new NotFound("alert channel", $"{id}").ToProblem();

    private static async Task<IResult> UpdateAsync(int id, HttpContext context, AlertChannels store, CancellationToken ct)
    {
        var draft = await ReadAsync(context, ct);
        return draft.Error is { } fault ? fault.ToProblem() : (await store.UpdateAsync(id, draft.Value, ct)).Match(Results.Ok, Problems.ToProblem);
    }

    private static async Task<IResult> DeleteAsync(int id, HttpContext context, AlertChannels store, CancellationToken ct) =>
        (await store.DeleteAsync(id, Actor.Of(context), ct)).Match(_ => Results.NoContent(), Problems.ToProblem);

    private static async Task<IResult> TestAsync(int id, ChannelSender sender, CancellationToken ct) => (await sender.TestAsync(id, ct)).Match(Results.Ok, Problems.ToProblem);

    private static async Task<IResult> DeliveriesAsync(int? channel, int? incident, string? status, int? take, AlertDeliveries store, CancellationToken ct)
    {
        var wanted = status is null ? default(Result<DeliveryStatus>?) : EnumText.Parse<DeliveryStatus>("status", status);
        return (Take.Check(take) ?? wanted?.Error) is { } fault ? fault.ToProblem() : Results.Ok(await store.ListAsync(channel, incident, wanted?.Value, take ?? Take.Default, ct));
    }

    private static async Task<IResult> RetryAsync(string id, AlertDeliveries store, CancellationToken ct) => (await store.RetryAsync(id, ct)).Match(Results.Ok, Problems.ToProblem);

    private static async Task<Result<ChannelDraft>> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var read = await JsonBody.ReadAsync<ChannelBody>(context.Request, ct);
        if (read.Error is { } unreadable)
            return unreadable;
        var body = read.Value;
        var kind = EnumText.Parse<ChannelKind>("kind", body.Kind);
        var severity = EnumText.Parse<AlertSeverity>("minimumSeverity", body.MinimumSeverity, AlertSeverity.Info);
        var security = EnumText.Parse<MailSecurity>("mail.security", body.Mail?.Security, MailSecurity.StartTls);
        if ((kind.Error ?? severity.Error ?? security.Error) is { } fault)
            return fault;
        var mail = body.Mail is { } given ? new MailSettings(given.Host ?? "", given.Port ?? DefaultPort(security.Value), security.Value, string.IsNullOrEmpty(given.User) ? null : given.User, given.From ?? "", given.To ?? []) : null;
        return new ChannelDraft(body.Name ?? "", kind.Value, body.Url, mail, string.IsNullOrEmpty(body.Secret) ? null : body.Secret, severity.Value, body.Model, body.TellsEnd ?? true, body.Enabled ?? true, Actor.Of(context));
    }

    private static int DefaultPort(MailSecurity security) => security switch { MailSecurity.Tls => 465, MailSecurity.StartTls => 587, _ => 25 };

    /// <param name="Security">none, startTls or tls.</param>
    private sealed record MailBody(string? Host, int? Port, string? Security, string? User, string? From, IReadOnlyList<string>? To);

    /// <param name="Kind">webhook, slack or email.</param>
    /// <param name="Model">Left out: incidents of every model.</param>
    private sealed record ChannelBody(string? Name, string? Kind, string? Url, MailBody? Mail, string? Secret, string? MinimumSeverity, string? Model, bool? TellsEnd, bool? Enabled);
}
