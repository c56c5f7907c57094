namespace Dashboard.Core;

/// <summary>What kind of answer an expected failure deserves; one place maps it to a status code or a message on the page.</summary>
public enum ErrorKind { Invalid, NotFound, Conflict, TooLarge, Unavailable, Forbidden }

/// <summary>An expected failure. <see cref="Message"/> names the field, the value that came and what was expected.</summary>
public abstract record Error(ErrorKind Kind, string Message)
{
    /// <summary>The field, column, option or parameter at fault, when one is.</summary>
    public string? Field { get; init; }

    /// <summary>The value that came, shortened to at most 200 characters by <see cref="Shorten"/>.</summary>
    public string? Value { get; init; }

    /// <summary>What would have been accepted.</summary>
    public string? Expected { get; init; }

    /// <summary>At most 200 characters of a value that came from outside, for messages.</summary>
    public static string Shorten(string value) => value.Length <= 200 ? value : string.Concat(value.AsSpan(0, 199), "…");
}

/// <summary>A value of the wrong type, form or range.</summary>
public sealed record InvalidValue(string Name, string? Actual, string Wanted)
    : Error(ErrorKind.Invalid, Actual is null ? $"'{Name}' is missing; expected {Wanted}." : $"'{Name}' is '{Shorten(Actual)}'; expected {Wanted}.")
{
    public static InvalidValue Of(string name, string? actual, string wanted) =>
        new(name, actual, wanted) { Field = name, Value = actual is null ? null : Shorten(actual), Expected = wanted };
}

/// <summary>Something named does not exist.</summary>
public sealed record NotFound(string What, string Name) : Error(ErrorKind.NotFound, $"There is no {What} '{Shorten(Name)}'.")
{
    /// <summary>A part of something that may well exist: "Model 'four' has no version 7."</summary>
    /// <param name="whole">What it would be a part of, in lower case.</param>
    /// <param name="name">The part's name; a number stands without quotes.</param>
    public static NotFound In(string whole, string wholeName, string part, string name) => new(part, name)
    {
        Message = $"{char.ToUpperInvariant(whole[0])}{whole[1..]} '{Shorten(wholeName)}' has no {part} {(name.Length > 0 && name.All(char.IsAsciiDigit) ? Shorten(name) : $"'{Shorten(name)}'")}.",
    };
}

/// <summary>The state of things forbids it now.</summary>
public sealed record Conflict(string Reason) : Error(ErrorKind.Conflict, Reason);

/// <summary>A value or the expected failure that stood in its way.</summary>
public readonly record struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Error? error) => (this.value, Error) = (value, error);

    public Error? Error { get; }

    public bool IsSuccess => Error is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The result is a failure: the caller did not look at <see cref="Error"/>.</exception>
    public T Value => Error is null ? value! : throw new InvalidOperationException(Error.Message);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);

    public TOut Match<TOut>(Func<T, TOut> success, Func<Error, TOut> failure) => Error is null ? success(value!) : failure(Error);
}
