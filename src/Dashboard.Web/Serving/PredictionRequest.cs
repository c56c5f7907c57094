using Dashboard.Core;
using Dashboard.Core.Data.Features;
using Dashboard.Web.Api.OpenInference;

namespace Dashboard.Web.Serving;

/// <summary>What was asked, whatever the protocol: rows of raw inputs, and who and when they are.</summary>
internal struct PredictionRequest
{
    /// <summary>The longest id of a prediction.</summary>
    public const int MaxIdLength = 200;

    /// <summary>One array a row, in the signature's order; each goes into the log as it is.</summary>
    public InputValue[][] Rows { get; set; }

    /// <summary>The caller's id; row k of several is "{id}-{k}".</summary>
    public string? Id { get; set; }

    /// <summary>An id for each row, in place of <see cref="Id"/>.</summary>
    public string[]? Ids { get; set; }

    /// <summary>One time for all rows or one for each; null: now.</summary>
    public DateTimeOffset[]? EventTimes { get; set; }

    /// <summary>Whom the request is about; null where nobody was named.</summary>
    public string? Entity { get; set; }

    /// <summary>Which outputs are wanted and in what form, where the protocol lets the caller say.</summary>
    public OutputChoice Outputs { get; set; }

    /// <summary>An id for a request that brings none.</summary>
    public static string MakeId(DateTimeOffset arrivedAt) => Guid.CreateVersion7(arrivedAt).ToString("N");

    /// <summary>Whether ids and times fit the rows.</summary>
    public readonly Error? Check()
    {
        if (Ids is { } ids && ids.Length != Rows.Length)
            return InvalidValue.Of("parameters.ids", $"{ids.Length} ids", $"{Rows.Length}, one for each row");
        if (EventTimes is { } times && times.Length != 1 && times.Length != Rows.Length)
            return InvalidValue.Of("parameters.event_time", $"{times.Length} times", $"one, or {Rows.Length}: one for each row");
        var longest = Rows.Length == 1 ? MaxIdLength : MaxIdLength - 1 - (Rows.Length - 1).ToString().Length;
        return Id?.Length > longest ? InvalidValue.Of("id", Id, $"at most {longest} characters, and it has {Id.Length}") : null;
    }

    public readonly string IdOf(int row) => Ids is { } ids ? ids[row] : Rows.Length == 1 ? Id! : $"{Id}-{row}";

    public readonly DateTimeOffset EventTimeOf(int row, DateTimeOffset otherwise) => EventTimes is { } times ? times[times.Length == 1 ? 0 : row] : otherwise;
}
