using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Training;

namespace Dashboard.Core.Registry.Cards;

/// <summary>How a card writes numbers, times and lists: the same everywhere, in no one's language settings.</summary>
internal static class CardWords
{
    public const string None = "–";

    private const int MostValues = 12;

    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>"1 Jan 2001 to 31 Dec 2001".</summary>
    public static string Range(DateTimeOffset from, DateTimeOffset to) => Date(from) == Date(to) ? Date(from) : $"{Date(from)} to {Date(to)}";

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "2,000 rows".</summary>
    public static string Count(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>About four significant digits: 0.6412, 18,402, 3.2E-06.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        return !double.IsFinite(value) ? None
            : size >= 1e15 || (size > 0 && size < 1e-4) ? value.ToString("0.###E+0", CultureInfo.InvariantCulture)
            : value.ToString(size >= 1000 ? "#,0.##" : size >= 10 ? "0.##" : "0.####", CultureInfo.InvariantCulture);
    }

    public static string Percent(double share) => share is > 0 and < 0.001 ? "< 0.1 %" : (share * 100).ToString(share < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture) + " %";

    public static string Band(CardBand? band) => band is null ? None
        : band.IsShare ? $"{Percent(band.Value)} ({Percent(band.Low)} to {Percent(band.High)})" : $"{Number(band.Value)} ({Number(band.Low)} to {Number(band.High)})";

    /// <summary>In powers of 1024.</summary>
    public static string Bytes(long bytes) => bytes < 1024 ? $"{bytes} B"
        : bytes < 1 << 20 ? (bytes / 1024.0).ToString("0.#", CultureInfo.InvariantCulture) + " KiB"
        : (bytes / (double)(1 << 20)).ToString("0.#", CultureInfo.InvariantCulture) + " MiB";

    public static string Task(ModelTask task) => task switch
    {
        ModelTask.BinaryClassification => "binary classification",
        ModelTask.MulticlassClassification => "multi-class classification",
        _ => "regression",
    };

    public static string Type(InputType type) => $"{type}".ToLowerInvariant();

    /// <summary>The first values and how many more there are.</summary>
    public static string List(IReadOnlyList<string> values) =>
        string.Join(", ", values.Take(MostValues)) + (values.Count > MostValues ? $" and {Count(values.Count - MostValues)} more" : "");

    /// <summary>What an input may be, as far as training saw it.</summary>
    public static string Domain(FeatureInput input) => input.Type switch
    {
        InputType.Category => input.Categories.Count == 0 ? "no known values" : $"{Count(input.Categories.Count, "value")}: {List(input.Categories)}",
        InputType.Number when input is { Minimum: { } least, Maximum: { } most } => $"{Number(least)} to {Number(most)} in training",
        InputType.Number => "any number; its range in training is not known",
        InputType.Boolean => "false or true",
        _ => "a date with its time",
    };
}
