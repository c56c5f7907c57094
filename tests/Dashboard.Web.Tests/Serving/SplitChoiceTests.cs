using System.Text;
using Dashboard.Core.Deployments.Analysis;

namespace Dashboard.Web.Tests.Serving;

/// <summary>Which version answers during a rollout.</summary>
public sealed class SplitChoiceTests
{
    [Fact]
    public async Task An_entity_keeps_its_version_and_only_moves_to_the_new_one_as_the_weight_grows()
    {
        await using var host = await SplitHost.StartAsync(5);
        var keys = Enumerable.Range(0, 60).Select(i => $"entity {i}").ToList();
        var before = keys.ToDictionary(key => key, _ => "1");
        foreach (var percent in (int[])[5, 25, 50, 100])
        {
            host.Set(percent);
            foreach (var key in keys)
            {
                var answer = await host.InferAsync(key);
                Assert.Equal((200, host.VersionOf(key), 1.0 + int.Parse(answer.Version!)), (answer.Status, answer.Version, answer.Value));
                Assert.Equal(answer.Version, answer.Body.GetProperty("model_version").GetString());
                Assert.False(before[key] == "2" && answer.Version == "1", $"{key} went back at {percent} %");
                before[key] = answer.Version!;
            }

            Assert.Equal(before.Values.Count(version => version == "2"), host.Look().Assigned!.Challenger);
        }

        Assert.All(before.Values, version => Assert.Equal("2", version));
        host.End();
        Assert.Equal("1", (await host.InferAsync("entity 1")).Version);
    }

    [Fact]
    public async Task The_key_may_stand_in_the_header_or_the_body_and_without_one_the_id_decides()
    {
        await using var host = await SplitHost.StartAsync(50);
        string one = host.KeyOf(1), two = host.KeyOf(2);

        Assert.Equal("2", (await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: $$""" "parameters":{"entity":"{{two}}"},"id":"{{one}}", """))).Version);
        Assert.Equal("1", (await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: $$""" "id":"{{two}}","parameters":{"ids":["x"],"entity":"{{one}}"}, """))).Version);
        Assert.Equal("1", (await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: $$""" "parameters":{"entity":"{{two}}"}, """), ("X-Entity-Key", one))).Version);
        Assert.Equal("2", (await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: $$""" "id":"{{two}}", """))).Version);
        Assert.Equal("2", (await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: $$""" "parameters":{"entity":null,"ids":["{{two}}"]}, """))).Version);
        Assert.Equal("2", (await host.SendAsync("/invocations?model=m", $$"""{"entity":"{{two}}","instances":[[5]]}""")).Version);
        Assert.Equal("1", (await host.SendAsync("/invocations?model=m", $$$"""{"instances":[[5]],"entity":"{{{one}}}","params":{"ids":["{{{two}}}"]}}""")).Version);
        Assert.Equal("2", (await host.SendAsync("/invocations?model=m", $$$"""{"instances":[[5]],"params":{"ids":["{{{two}}}"]}}""")).Version);
        Assert.Equal("2", (await host.SendAsync("/invocations?model=m", """{"instances":[[5]]}""", ("X-Entity-Key", two))).Version);
        Assert.Equal(2, host.Look().Assigned!.Champion + host.Look().Assigned!.Challenger);

        // With neither, an id is made for each, and both versions have their share.
        var versions = new HashSet<string>();
        for (var i = 0; i < 200 && versions.Count < 2; i++)
            versions.Add((await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1))).Version!);
        Assert.Equal(["1", "2"], versions.Order());
    }

    [Fact]
    public async Task The_log_knows_the_entity_with_a_rollout_and_without_one()
    {
        await using var host = await SplitHost.StartAsync(100);
        await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, rows: 2, more: "\"id\":\"a\",\"parameters\":{\"entity\":\"ada\"},"));
        await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: "\"id\":\"b\","), ("X-Entity-Key", "bob"), ("X-Rollout-Version", "champion"));
        await host.SendAsync("/v2/models/m/versions/1/infer", SplitHost.Body(1, more: "\"id\":\"c\",\"parameters\":{\"entity\":\"cy\"},"));
        await host.SendAsync("/invocations?model=m", """{"entity":"dee","instances":[[5]],"params":{"ids":["d"]}}""");
        host.End();
        await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: "\"id\":\"e\",\"parameters\":{\"entity\":\"eve\"},"));
        await host.SendAsync("/invocations?model=m", """{"entity":"fay","instances":[[5]],"params":{"ids":["f"]}}""");
        await host.SendAsync("/v2/models/m/infer", SplitHost.Body(1, more: "\"id\":\"g\","));

        Assert.Equal(["a-0 702 ada 1", "a-1 702 ada 1", "b 701 bob -", "c 701 cy -", "d 702 dee 1", "e 701 eve -", "f 701 fay -", "g 701 - -"], await host.LoggedAsync(8, "id, version, entity, stage"));
    }

    [Fact]
    public async Task A_test_may_demand_a_version_which_counts_nowhere()
    {
        await using var host = await SplitHost.StartAsync(50);
        string one = host.KeyOf(1), two = host.KeyOf(2);

        Assert.Equal("2", (await host.InferAsync(one, 1, ("X-Rollout-Version", "challenger"))).Version);
        Assert.Equal("1", (await host.InferAsync(two, 1, ("X-Rollout-Version", "champion"))).Version);
        Assert.Equal("2", (await host.SendAsync("/invocations?model=m", """{"instances":[[5]]}""", ("X-Rollout-Version", "challenger"))).Version);
        Assert.Equal("1", (await host.SendAsync("/v2/models/m/versions/1/infer", SplitHost.Body(1), ("X-Entity-Key", two), ("X-Rollout-Version", "nonsense"))).Version);
        Assert.Equal("2", (await host.SendAsync("/v2/models/m/versions/2/infer", SplitHost.Body(1), ("X-Entity-Key", one))).Version);
        foreach (var path in (string[])["/v2/models/m/infer", "/invocations?model=m"])
        {
            var refused = await host.SendAsync(path, SplitHost.Body(1), ("X-Rollout-Version", "Champion"));
            Assert.Equal((400, "'X-Rollout-Version' is 'Champion'; expected champion or challenger."), (refused.Status, refused.Message));
        }

        Assert.Equal((new AssignedCounts(0, 0), ArmReading.OfRate(0, 0), ArmReading.OfRate(0, 0)), (host.Look().Assigned, host.Read("errors").Champion, host.Read("errors").Challenger));
        host.End();
        Assert.Equal("1", (await host.InferAsync(two, 1, ("X-Rollout-Version", "nonsense"))).Version);
    }

    [Theory]
    [InlineData("/v2/models/m/infer", "\"parameters\":{\"entity\":7},", "'parameters.entity' is '7'; expected a text of 1 to 200 characters without control characters.")]
    [InlineData("/v2/models/m/infer", "\"parameters\":{\"entity\":\"\"},", "'parameters.entity' is ''; expected a text of 1 to 200 characters without control characters.")]
    [InlineData("/v2/models/m/infer", "\"parameters\":{\"entity\":\"a\\u0007\"},", "'parameters.entity' is 'a text with the control character U+0007'; expected a text of 1 to 200 characters without control characters.")]
    [InlineData("/v2/models/m/infer", "\"parameters\":{\"entity\":\"\\ud800\"},", "The body is not valid JSON: the escape at byte 26 is half a character.")]
    [InlineData("/invocations?model=m", "\"entity\":[1],", "'entity' is 'an array'; expected a text of 1 to 200 characters without control characters.")]
    [InlineData("/invocations?model=m", "\"entity\":\"\\ud800\",", "The body is not valid JSON: the escape at byte 12 is half a character.")]
    public async Task A_key_that_is_none_is_refused_with_a_rollout_and_without_one(string path, string more, string message)
    {
        await using var host = await SplitHost.StartAsync(50);
        var with = await host.SendAsync(path, SplitHost.Body(1, more: more));
        host.End();
        var without = await host.SendAsync(path, path.StartsWith("/v2", StringComparison.Ordinal) ? SplitHost.Body(1, more: more) : $$"""{{{more}}"instances":[[1]]}""");

        Assert.Equal((400, message), (with.Status, with.Message));
        Assert.Equal((400, message), (without.Status, without.Message));
    }

    [Fact]
    public async Task A_header_s_key_has_the_same_limits()
    {
        await using var host = await SplitHost.StartAsync(50);
        const string wanted = "expected a text of 1 to 200 characters without control characters.";

        Assert.Equal($"'X-Entity-Key' is '201 characters'; {wanted}", (await host.InferAsync(new('a', 201))).Message);
        Assert.Equal($"'X-Entity-Key' is ''; {wanted}", (await host.InferAsync("")).Message);
        Assert.Contains("'X-Entity-Key' is '2 values'; expected it once.", await RawAsync(host, "X-Entity-Key: a\r\nX-Entity-Key: b\r\n"), StringComparison.Ordinal);
        Assert.Equal(200, (await host.InferAsync(new('a', 200))).Status);
        Assert.Equal(ArmReading.OfRate(1, 0), host.Read("errors").Champion with { Count = host.Read("errors").Champion.Count + host.Read("errors").Challenger.Count });
    }

    [Fact]
    public async Task A_batch_and_binary_tensors_are_shared_out_like_any_request()
    {
        await using var host = await SplitHost.StartAsync(50);
        var two = host.KeyOf(2);
        var batch = await host.SendAsync("/v2/models/m/infer", SplitHost.Body(15, rows: 5, more: $"\"parameters\":{{\"entity\":\"{two}\"}},"));
        Assert.Equal([17, 17, 17, 17, 17], batch.Body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetDouble()));

        var header = $$$"""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}}],"parameters":{"entity":"{{{two}}}"}}""";
        byte[] body = [.. Encoding.UTF8.GetBytes(header), .. BitConverter.GetBytes(25f), .. BitConverter.GetBytes(1f)];
        var binary = await host.SendAsync("/v2/models/m/infer", body, ("Inference-Header-Content-Length", header.Length.ToString()));

        Assert.Equal((200, "2", 27), (binary.Status, binary.Version, binary.Value));
        Assert.Equal(ArmReading.OfRate(2, 0), host.Read("errors").Challenger);
        Assert.Equal([1, 5, 1], host.Read("predictions").Challenger.Bins!);
        Assert.Equal(new AssignedCounts(0, 1), host.Look().Assigned);
    }

    /// <summary>Sends headers as they are, which a client would fold.</summary>
    private static async Task<string> RawAsync(SplitHost host, string headers)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", host.Host.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n{headers}\r\n{{}}"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
