using Microsoft.Playwright;

namespace Dashboard.Browser.Tests.Product;

/// <summary>What a chart's canvas really shows.</summary>
/// <param name="Coloured">Pixels that are neither transparent nor grey: lines, not axes.</param>
/// <param name="Picture">Equal for equal pictures.</param>
internal readonly record struct Ink(int Coloured, string Picture)
{
    private const string Read = """
        canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let coloured = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 60 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) coloured++;
          return [String(coloured), canvas.toDataURL()];
        }
        """;

    /// <summary>Waits until there are more coloured pixels than this: a canvas is there before anything is drawn on it.</summary>
    public static async Task<Ink> DrawnAsync(ILocator chart, int coloured)
    {
        var ink = default(Ink);
        await Eventually.TrueAsync(async () => (ink = await OfAsync(chart)).Coloured > coloured, TimeSpan.FromMinutes(1), () => $"a line is drawn; there are {ink.Coloured} coloured pixels");
        return ink;
    }

    public static async Task<Ink> OfAsync(ILocator chart)
    {
        var read = await chart.Locator("canvas").First.EvaluateAsync<string[]>(Read);
        return new(int.Parse(read[0], System.Globalization.CultureInfo.InvariantCulture), read[1]);
    }
}
