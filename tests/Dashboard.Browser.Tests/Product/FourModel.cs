using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Dashboard.Browser.Tests.Product;

/// <summary>A small XGBoost classifier of four numbers, trained by the Python package: something to serve where a test is not about training.</summary>
internal static class FourModel
{
    public static async Task ImportAsync(ProductProcess product, string name, bool promote)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", "four.json")));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        form.Add(file, "file", "four.json");
        form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", "four.csv"))), "reference", "four.csv");
        using var imported = await product.Client.PostAsync($"/api/v1/models/{name}/versions/xgboost", form);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync());
        if (!promote)
            return;
        using var promoted = await product.Client.PostAsJsonAsync($"/api/v1/models/{name}/promote", new { version = 1 });
        Assert.True(promoted.IsSuccessStatusCode, await promoted.Content.ReadAsStringAsync());
    }

    public static object Request(string id) => new
    {
        id,
        inputs = new[] { new { name = "input", shape = new[] { 1, 4 }, datatype = "FP32", data = new[] { 0.1, -0.2, 0.3, 0.4 } } },
    };
}
