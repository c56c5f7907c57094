using Dashboard.Core.Monitoring;
using Dashboard.Core.Monitoring.Quality;
using Dashboard.Web.Components.Shared;

namespace Dashboard.Web.Components.Pages.Models.Quality;

/// <summary>States and words of data quality.</summary>
internal static class QualityDisplay
{
    public static StateKind Kind(QualityLevel level) => level switch
    {
        QualityLevel.Fine => StateKind.Ok,
        QualityLevel.Look => StateKind.Warn,
        QualityLevel.Broken => StateKind.Bad,
        _ => StateKind.None,
    };

    public static string Word(QualityLevel level) => level switch
    {
        QualityLevel.Fine => "as trained",
        QualityLevel.Look => "look at it",
        QualityLevel.Broken => "broken",
        _ => "not known",
    };

    public static string Word(SkewWord word) => word switch
    {
        SkewWord.Alike => "alike",
        SkewWord.Different => "different",
        _ => "very different",
    };

    public static string Word(QualityKind kind) => kind switch
    {
        QualityKind.WrongType => "wrong type or form, refused",
        QualityKind.MissingField => "left out of the request, refused",
        QualityKind.OutOfRange => "beyond what its type can hold, refused",
        QualityKind.UnknownField => "no input of the model, refused",
        QualityKind.Malformed => "request could not be read, refused",
        QualityKind.ObservationRejected => "observation not taken",
        QualityKind.GroundTruthRejected => "ground truth not taken",
        _ => "came twice",
    };
}
