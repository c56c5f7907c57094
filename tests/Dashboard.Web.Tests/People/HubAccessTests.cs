using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage.Governance.People;

namespace Dashboard.Web.Tests.People;

/// <summary>The live hub, by its own protocol.</summary>
public sealed class HubAccessTests
{
    private const char End = '\u001e';

    [Fact]
    public async Task Strangers_and_people_without_a_role_do_not_connect()
    {
        await using var team = await Team.StartAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(team, null));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(team, "dbt_made-up"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(team, team.Tokens["nothing"]));
        foreach (var role in (string[])["viewer", "contributor", "approver", "administrator"])
        {
            using var hub = await ConnectAsync(team, team.Tokens[role]);
            foreach (var method in (string[])["Watch", "Pulse"])
                Assert.Null(await InvokeAsync(hub, method, Team.Prices));
        }
    }

    [Fact]
    public async Task A_role_on_one_model_follows_that_model_and_hears_of_no_other()
    {
        await using var team = await Team.StartAsync();
        using var hub = await ConnectAsync(team, team.Tokens["flights-approver"]);

        Assert.Null(await InvokeAsync(hub, "Watch", Team.Flights));
        Assert.Null(await InvokeAsync(hub, "Pulse", Team.Flights));
        Assert.Contains("may not do this to model 'prices'", await InvokeAsync(hub, "Watch", Team.Prices), StringComparison.Ordinal);
        Assert.Contains("may not do this to model 'prices'", await InvokeAsync(hub, "Pulse", Team.Prices), StringComparison.Ordinal);
        Assert.Null(await InvokeAsync(hub, "Watch", null));

        team.Host.Get<Notifications>().Publish(new(Topics.Deployments, Team.Prices, "secret"));
        team.Host.Get<Notifications>().Publish(new(Topics.Deployments, Team.Flights, "known"));
        var heard = "";
        while (!heard.Contains("known", StringComparison.Ordinal))
            heard += await NextAsync(hub, message => message.GetProperty("type").GetInt32() == 1);
        Assert.DoesNotContain("secret", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_revoked_ends_what_its_connection_may_do()
    {
        await using var team = await Team.StartAsync();
        using var hub = await ConnectAsync(team, team.Tokens["viewer"]);
        var token = (await team.Host.Get<TokenStore>().ListAsync(null, default)).Single(one => one.Owner == "viewer");

        await team.Host.Get<TokenStore>().RevokeAsync(token.Id, null, "root", default);

        Assert.NotNull(await InvokeAsync(hub, "Watch", Team.Flights));
    }

    private static async Task<ClientWebSocket> ConnectAsync(Team team, string? token)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(team.Host.BaseAddress) { Scheme = "ws", Path = "/hubs/live", Query = token is null ? "" : $"access_token={token}" }.Uri, default);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await NextAsync(socket, _ => true);
        return socket;
    }

    /// <summary>Calls a method.</summary>
    /// <returns>Null when it went well, otherwise the error.</returns>
    private static async Task<string?> InvokeAsync(ClientWebSocket socket, string method, string? model)
    {
        var id = Guid.NewGuid().ToString("N");
        await SendAsync(socket, JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments = new[] { model } }));
        using var answer = JsonDocument.Parse(await NextAsync(socket, message => message.TryGetProperty("invocationId", out var of) && of.GetString() == id));
        return answer.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, default);

    /// <summary>The next message of a kind; others are passed by. Messages may come several in a frame: what is left over of a frame is passed by as well, but for the wanted one.</summary>
    private static async Task<string> NextAsync(ClientWebSocket socket, Func<JsonElement, bool> wanted)
    {
        var buffer = new byte[1 << 16];
        var text = new StringBuilder();
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, default);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
            if (!read.EndOfMessage || text[^1] != End)
                continue;
            foreach (var message in text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                using var document = JsonDocument.Parse(message);
                if (wanted(document.RootElement))
                    return message;
            }

            text.Clear();
        }
    }
}
