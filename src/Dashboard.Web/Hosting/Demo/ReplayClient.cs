using System.Globalization;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dashboard.Web.Hosting.Demo;

/// <summary>Speaks to this host as any other client does: predictions over the Open Inference Protocol, labels over the API.</summary>
internal sealed class ReplayClient : IDisposable
{
    private readonly HttpClient http;

    public ReplayClient(IServer server, string token)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(url => url.StartsWith("http:", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("The demonstration needs the host to listen on an http address.");
        http = new()
        {
            BaseAddress = new Uri(address.Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal)),
            Timeout = TimeSpan.FromSeconds(30),
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    /// <summary>Asks for one prediction.</summary>
    /// <returns>Null when it was answered, otherwise what the host said.</returns>
    public async Task<string?> PredictAsync(string model, Flight flight, CancellationToken ct)
    {
        var time = flight.Departure.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        object Tensor(string name, string type, object? value) => new { name, shape = new[] { 1 }, datatype = type, data = new[] { value } };
        var request = new
        {
            id = flight.Id,
            parameters = new { event_time = time + "Z" },
            inputs = new[] { Tensor("date", "BYTES", time), Tensor("distance", "FP64", flight.Distance), Tensor("origin", "BYTES", flight.Origin), Tensor("destination", "BYTES", flight.Destination) },
        };
        using var response = await http.PostAsJsonAsync($"/v2/models/{model}/infer", request, ct);
        return response.IsSuccessStatusCode ? null : await ExplainAsync(response, ct);
    }

    /// <summary>Reports what became of flights.</summary>
    /// <returns>Null when it was accepted, otherwise what the host said.</returns>
    public async Task<string?> ReportAsync(string model, IEnumerable<Flight> flights, CancellationToken ct)
    {
        var items = flights.Select(flight => new { id = flight.Id, value = flight.Delayed, time = flight.LabelDue.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + "Z" });
        using var response = await http.PostAsJsonAsync($"/api/v1/models/{model}/ground-truth", items, ct);
        return response.IsSuccessStatusCode ? null : await ExplainAsync(response, ct);
    }

    private static async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken ct) =>
        $"{(int)response.StatusCode}: {Core.Error.Shorten(await response.Content.ReadAsStringAsync(ct))}";

    public void Dispose() => http.Dispose();
}
