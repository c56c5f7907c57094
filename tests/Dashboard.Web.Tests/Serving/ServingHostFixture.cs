using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Tests.Serving;

/// <summary>The real host with three models that answer and one that has no champion.</summary>
public sealed class ServingHostFixture : IAsyncLifetime
{
    public TestHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await TestHost.StartAsync("--Dashboard:Serving:MaxBodyBytes=3000000", "--Dashboard:Serving:MaxRows=1000");
        var router = Host.Get<Router>();
        foreach (var model in (ServedModel[])[ServedModels.Flights, ServedModels.Irises, ServedModels.Doubles])
            router.Set(new ModelRoute(model.Name, model, new Dictionary<int, ServedModel> { [1] = model }.ToFrozenDictionary()));
        router.Set(new ModelRoute("waiting", null, FrozenDictionary<int, ServedModel>.Empty) { Problem = "no version of it has been promoted" });
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Posts a body without a content type, as Triton's client does.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await Host.Client.SendAsync(request);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }

    public Task<(int Status, JsonElement Body)> PostAsync(string path, string body) => PostAsync(path, Encoding.UTF8.GetBytes(body));

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Host.Client.GetAsync(path);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }
}
