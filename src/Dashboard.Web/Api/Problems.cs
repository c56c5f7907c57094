using Dashboard.Core;
using Dashboard.Core.Data.Expressions;

namespace Dashboard.Web.Api;

/// <summary>The one place where expected failures become RFC 9457 problem details.</summary>
internal static class Problems
{
    public static IResult ToProblem(this Error error)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (error.Field is not null)
            extensions["field"] = error.Field;
        if (error.Value is not null)
            extensions["value"] = error.Value;
        if (error.Expected is not null)
            extensions["expected"] = error.Expected;
        if (error is InvalidExpression expression)
            extensions["position"] = expression.Position;
        return Results.Problem(error.Message, statusCode: Status(error.Kind), title: Title(error.Kind), extensions: extensions);
    }

    public static int Status(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Every kind of error has a status."),
    };

    private static string Title(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => "The request is not valid",
        ErrorKind.NotFound => "Not found",
        ErrorKind.Conflict => "The present state forbids it",
        ErrorKind.TooLarge => "Too large",
        ErrorKind.Forbidden => "Not allowed",
        _ => "Not available now",
    };
}
