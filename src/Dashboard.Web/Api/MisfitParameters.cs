using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Core;
using Microsoft.AspNetCore.Diagnostics;

namespace Dashboard.Web.Api;

/// <summary>A query parameter or a part of a path that is not of its type gets the answer that every wrong value gets: the framework's own has no body.</summary>
internal sealed partial class MisfitParameters : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException misfit)
            return false;
        // What is about something else (a form without its token, a body that breaks off) keeps its own words and status.
        var answer = misfit.StatusCode == StatusCodes.Status400BadRequest && Of(misfit.Message) is { } error ? error.ToProblem() : Results.Problem(misfit.Message, statusCode: misfit.StatusCode, title: "The request is not valid");
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>What the framework says of a parameter, as the product says it; null where it is about something else.</summary>
    public static InvalidValue? Of(string message)
    {
        if (Misfit().Match(message) is { Success: true } wrong)
            return InvalidValue.Of(JsonNamingPolicy.CamelCase.ConvertName(wrong.Groups["name"].Value), wrong.Groups["value"].Value, Expected(wrong.Groups["type"].Value));
        return Missing().Match(message) is { Success: true } missing ? InvalidValue.Of(JsonNamingPolicy.CamelCase.ConvertName(missing.Groups["name"].Value), null, Expected(missing.Groups["type"].Value)) : null;
    }

    private static string Expected(string type) => type.Replace("Nullable<", "", StringComparison.Ordinal).TrimEnd('>', '?') switch
    {
        "int" or "long" or "Int32" or "Int64" => "a whole number",
        "double" or "decimal" or "float" => "a number",
        "bool" => "true or false",
        "DateTimeOffset" or "DateTime" => "a time such as 2026-01-31T18:00:00Z",
        "DateOnly" => "a day such as 2026-01-31",
        "Guid" => "an id of 32 hexadecimal digits",
        "string" => "text",
        _ => "a value of another form",
    };

    [GeneratedRegex("^Failed to bind parameter \"(?<type>\\S+) (?<name>\\S+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline, 1000)]
    private static partial Regex Misfit();

    [GeneratedRegex("^Required parameter \"(?<type>\\S+) (?<name>\\S+)\" was not provided from .*\\.$", RegexOptions.Singleline, 1000)]
    private static partial Regex Missing();
}
