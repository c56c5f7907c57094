using System.Globalization;
using System.Net.Http.Json;

namespace Dashboard.Browser.Tests.Load;

/// <summary>History that passes quickly: observations of one hour after another, each with its ground truth, and served predictions between them.</summary>
internal static class QuickHistory
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int InAnHour = 40;

    public static async Task RunAsync(Uri host, string model, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = host };
        var random = new Random(1);
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        try
        {
            for (var hour = 0; ; hour++)
            {
                var observations = Enumerable.Range(0, InAnHour).Select(i =>
                {
                    double[] x = [random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5];
                    return new { id = string.Create(CultureInfo.InvariantCulture, $"{hour}-{i}"), time = time.AddHours(hour).AddMinutes(i), features = new { a = x[0], b = x[1], c = x[2], d = x[3] }, prediction = Math.Clamp(0.5 + x.Sum(), 0.01, 0.99), ground_truth = x.Sum() + random.NextDouble() - 0.5 > 0 };
                });
                await SendAsync($"/api/v1/models/{model}/observations", observations);
                await SendAsync($"/v2/models/{model}/infer", new { parameters = new { event_time = time.AddHours(hour) }, inputs = new[] { new { name = "input", shape = new[] { 1, 4 }, datatype = "FP32", data = new[] { 0.1, -0.2, 0.3, 0.4 } } } });
                await Task.Delay(Pause, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Whoever watched has seen enough.
        }

        async Task SendAsync(string path, object body)
        {
            using var answer = await client.PostAsJsonAsync(path, body, ct);
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{path} was refused: {await answer.Content.ReadAsStringAsync(ct)}");
        }
    }
}
