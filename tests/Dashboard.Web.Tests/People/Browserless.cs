using System.Net;
using System.Text.RegularExpressions;

namespace Dashboard.Web.Tests.People;

/// <summary>Somebody at a browser, as far as forms and cookies go.</summary>
internal sealed partial class Browserless : IDisposable
{
    private readonly CookieContainer cookies = new();

    public Browserless(Uri address) => Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public HttpClient Client { get; }

    public CookieCollection Cookies => cookies.GetCookies(Client.BaseAddress!);

    public async Task<HttpResponseMessage> SignInAsync(string name, string password, string to = "/") => await PostAsync("/sign-in", "/sign-in", ("name", name), ("password", password), ("to", to));

    /// <summary>Fills in the form of a page and sends it.</summary>
    public async Task<HttpResponseMessage> PostAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var token = FormToken().Match(await Client.GetStringAsync(page)).Groups["token"].Value;
        Assert.NotEmpty(token);
        using var form = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        return await Client.PostAsync(action, form);
    }

    public void Dispose() => Client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();
}
