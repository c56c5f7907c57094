using System.Text;
using Dashboard.Core;
using Dashboard.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Web.Tests.Api;

/// <summary>What a body that is not of the documented form is told.</summary>
public sealed class JsonBodyTests
{
    private enum Colour
    {
        Red,
        DarkBlue,
    }

    [Theory]
    [InlineData("""{"nme":"x"}""", "nme", "'nme' is no field here; expected name, colour, at, inner, counts.")]
    [InlineData("""{"inner":{"deep":1,"deeper":2}}""", "inner.deeper", "'inner.deeper' is no field here; expected deep, list.")]
    [InlineData("""{"name":7}""", "name", "'name' is '7'; expected text in quotes.")]
    [InlineData("""{"colour":"green"}""", "colour", "'colour' is 'green'; expected one of red, darkBlue.")]
    [InlineData("""{"at":"yesterday"}""", "at", "'at' is 'yesterday'; expected a time like 2001-02-03T06:15:00Z.")]
    [InlineData("""{"inner":{"deep":1.5}}""", "inner.deep", "'inner.deep' is '1.5'; expected a whole number.")]
    [InlineData("""{"inner":{"list":[1,"x"]}}""", "inner.list[1]", "'inner.list[1]' is 'x'; expected a number.")]
    [InlineData("""{"counts":{"a b":"many"}}""", "counts.a b", "'counts.a b' is 'many'; expected a whole number.")]
    [InlineData("""{"inner":[]}""", "inner", "'inner' is '[]'; expected a JSON object with deep, list.")]
    [InlineData("[]", "body", "'body' is '[]'; expected a JSON object.")]
    [InlineData("null", "body", "'body' is 'null'; expected a JSON object.")]
    [InlineData("""{"name":}""", "body", "The body is not valid JSON: '}' is an invalid start of a value (line 1, byte 9).")]
    [InlineData("", "body", "The body is not valid JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true (line 1, byte 1).")]
    public async Task Says_which_field_does_not_fit_and_what_was_expected(string json, string? field, string message)
    {
        var error = (await ReadAsync(json)).Error!;
        Assert.Equal((ErrorKind.Invalid, field, message), (error.Kind, error.Field, error.Message));
    }

    [Fact]
    public async Task A_body_of_the_documented_form_is_read_whatever_the_case_of_its_names()
    {
        var body = (await ReadAsync("""{"Name":"x","colour":"darkBlue","at":null,"inner":{"deep":3,"list":[1.5,null]},"counts":{"a":1}}""")).Value;
        Assert.Equal(("x", Colour.DarkBlue, null, 3, 1), (body.Name, body.Colour, body.At, body.Inner!.Deep, body.Counts!["a"]));
        Assert.Equal([1.5, null], body.Inner.List!);
    }

    [Fact]
    public async Task A_body_without_end_and_a_body_that_is_not_said_to_be_JSON_are_refused()
    {
        Assert.Equal(ErrorKind.TooLarge, (await ReadAsync($$"""{"name":"{{new string('x', 2_000_000)}}"}""")).Error!.Kind);
        Assert.Equal("'Content-Type' is 'text/plain'; expected application/json.", (await ReadAsync("{}", "text/plain")).Error!.Message);
    }

    private static Task<Result<Sent>> ReadAsync(string json, string type = "application/json")
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return JsonBody.ReadAsync<Sent>(context.Request, CancellationToken.None);
    }

    private sealed record Sent(string? Name, Colour? Colour, DateTimeOffset? At, Inner? Inner, Dictionary<string, int>? Counts);

    private sealed record Inner(int? Deep, IReadOnlyList<double?>? List);
}
