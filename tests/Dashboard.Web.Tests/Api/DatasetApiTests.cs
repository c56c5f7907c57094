using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dashboard.Web.Samples;

namespace Dashboard.Web.Tests.Api;

public sealed class DatasetApiTests
{
    private const string Csv = "when,size,colour\n2001-02-03T06:00,1,red\n2001-02-03T07:00,2,green\n2001-02-03T08:00,3,red\n2001-02-03T09:00,oops,red\n";

    [Fact]
    public async Task A_dataset_goes_through_its_life_over_HTTP()
    {
        await using var host = await TestHost.StartAsync();

        using var created = await host.Client.PostAsync("/api/v1/datasets?name=my%20sizes", new StringContent(Csv, Encoding.UTF8, "text/csv"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/v1/datasets/my%20sizes?version=1", created.Headers.Location!.ToString());
        var body = await Json(created);
        Assert.Equal((3, 1), (body.GetProperty("rows").GetInt32(), body.GetProperty("rejectedRows").GetInt32()));
        Assert.Equal(["timestamp", "number", "category"], body.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("type").GetString()));

        using var again = await host.Client.PostAsync("/api/v1/datasets?name=my%20sizes", new StringContent(Csv.Replace("\n", "\r\n"), Encoding.UTF8, "text/csv"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(body.GetProperty("contentHash").GetString(), (await Json(again)).GetProperty("contentHash").GetString());

        var list = await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/datasets");
        Assert.Equal("my sizes", Assert.Single(list.EnumerateArray().ToList()).GetProperty("name").GetString());

        var details = await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/datasets/my sizes?version=1");
        Assert.Single(details.GetProperty("versions").EnumerateArray());
        var size = details.GetProperty("profile")[1];
        Assert.Equal((1, 3, 2), (size.GetProperty("minimum").GetDouble(), size.GetProperty("maximum").GetDouble(), size.GetProperty("mean").GetDouble()));
        Assert.Equal("red", details.GetProperty("profile")[2].GetProperty("topValues")[0].GetProperty("value").GetString());

        var rejected = await host.Client.GetFromJsonAsync<JsonElement>("/api/v1/datasets/my sizes/rejected");
        Assert.Equal(1, rejected.GetProperty("count").GetInt32());
        Assert.Equal((5, "size", "oops"), (rejected.GetProperty("rows")[0].GetProperty("line").GetInt32(), rejected.GetProperty("rows")[0].GetProperty("column").GetString(), rejected.GetProperty("rows")[0].GetProperty("value").GetString()));

        Assert.Equal("when,size,colour\n2001-02-03T06:00:00,1,red\n2001-02-03T07:00:00,2,green\n2001-02-03T08:00:00,3,red\n", await host.Client.GetStringAsync("/api/v1/datasets/my sizes/content"));

        using var deleted = await host.Client.DeleteAsync("/api/v1/datasets/my sizes");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await host.Client.GetAsync("/api/v1/datasets/my sizes");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task The_flights_sample_is_registered_like_any_other_file()
    {
        await using var host = await TestHost.StartAsync();
        await using var sample = FlightsSample.Open();

        using var response = await host.Client.PostAsync($"/api/v1/datasets?name={FlightsSample.Name}", new StreamContent(sample));

        var body = await Json(response);
        Assert.Equal((150_000, 0), (body.GetProperty("rows").GetInt32(), body.GetProperty("rejectedRows").GetInt32()));
        Assert.Equal(["date:timestamp", "delay:number", "distance:number", "origin:category", "destination:category"],
            body.GetProperty("columns").EnumerateArray().Select(c => $"{c.GetProperty("name").GetString()}:{c.GetProperty("type").GetString()}"));
    }

    [Fact]
    public async Task A_compressed_file_in_a_form_names_its_dataset()
    {
        await using var host = await TestHost.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("ignored"), "comment" }, { new ByteArrayContent(Gzip(Csv)), "file", "sizes.csv.gz" } };

        using var response = await host.Client.PostAsync("/api/v1/datasets", form);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("sizes", (await Json(response)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Given_types_win_over_the_inference()
    {
        await using var host = await TestHost.StartAsync();

        using var response = await host.Client.PostAsync("/api/v1/datasets?name=a&types=zip:category", new StringContent("zip\n10\n20\n"));

        Assert.Equal("category", (await Json(response)).GetProperty("columns")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/api/v1/datasets", "a\n1\n", 400, "name")]
    [InlineData("/api/v1/datasets?name=a%2Fb", "a\n1\n", 400, "name")]
    [InlineData("/api/v1/datasets?name=a&types=zip:postcode", "zip\n1\n", 400, "types")]
    [InlineData("/api/v1/datasets?name=a", "", 400, null)]
    [InlineData("/api/v1/datasets?name=a", "<html>", 400, null)]
    [InlineData("/api/v1/datasets?name=a", "x,x\n1,2\n", 400, "x")]
    public async Task What_is_wrong_with_an_upload_is_said_in_problem_details(string address, string csv, int status, string? field)
    {
        await using var host = await TestHost.StartAsync();

        using var response = await host.Client.PostAsync(address, new StringContent(csv, Encoding.UTF8, "text/csv"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await Json(response);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task An_upload_over_the_limit_of_the_settings_is_too_large()
    {
        await using var host = await TestHost.StartAsync("--Dashboard:Ingestion:MaxUploadBytes=2000");
        var csv = "a\n" + string.Concat(Enumerable.Repeat("123456789\n", 1_000));

        using var plain = await host.Client.PostAsync("/api/v1/datasets?name=a", new StringContent(csv));
        using var bomb = await host.Client.PostAsync("/api/v1/datasets?name=a", new ByteArrayContent(Gzip(csv)));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge), (plain.StatusCode, bomb.StatusCode));
        Assert.Contains("2,000 bytes", (await Json(plain)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_download_is_compressed_for_those_who_ask()
    {
        await using var host = await TestHost.StartAsync();
        using var created = await host.Client.PostAsync("/api/v1/datasets?name=a", new StringContent(Csv));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/datasets/a/content");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var response = await host.Client.SendAsync(request);

        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal("a-1.csv", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        await using var plain = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.StartsWith("when,size,colour\n", await new StreamReader(plain).ReadToEndAsync());
    }

    [Fact]
    public async Task A_start_takes_away_what_a_killed_import_left_and_keeps_what_was_acknowledged()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-test-").FullName;
        await using (var host = await TestHost.StartInAsync(directory))
        {
            using var created = await host.Client.PostAsync("/api/v1/datasets?name=a", new StringContent(Csv));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }

        var halfWritten = Path.Combine(directory, "tmp", "0123.csv.gz");
        var unregistered = Path.Combine(directory, "artifacts", "datasets", $"{new string('b', 64)}.csv.gz");
        await File.WriteAllTextAsync(halfWritten, "half");
        await File.WriteAllTextAsync(unregistered, "whole, not yet registered");

        await using (var host = await TestHost.StartInAsync(directory))
        {
            Assert.StartsWith("when,size,colour\n", await host.Client.GetStringAsync("/api/v1/datasets/a/content"));
            Assert.False(File.Exists(halfWritten));
            Assert.False(File.Exists(unregistered));
        }

        await DataFolder.DeleteAsync(directory);
    }

    [Theory]
    [InlineData("/api/v1/datasets/none", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/datasets/a?version=2", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/datasets/a?version=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/datasets/a/rejected?version=2", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/datasets/a/content?version=0", HttpStatusCode.BadRequest)]
    public async Task What_does_not_exist_is_not_found_and_what_is_no_number_is_refused(string address, HttpStatusCode status)
    {
        await using var host = await TestHost.StartAsync();
        using var created = await host.Client.PostAsync("/api/v1/datasets?name=a", new StringContent(Csv));

        using var response = await host.Client.GetAsync(address);

        Assert.Equal(status, response.StatusCode);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();

    private static byte[] Gzip(string text)
    {
        var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Fastest))
            compress.Write(Encoding.UTF8.GetBytes(text));
        return gzip.ToArray();
    }
}
