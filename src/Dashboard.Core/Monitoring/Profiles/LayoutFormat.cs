using Dashboard.Core.Training;

namespace Dashboard.Core.Monitoring.Profiles;

/// <summary>How a layout is stored in a reference; its bytes are also what its fingerprint is taken from.</summary>
internal static class LayoutFormat
{
    private const int MostFeatures = 100_000;
    private const int MostCategories = 1_000_000;
    private const int MostClasses = 1000;

    public static byte[] Write(ProfileLayout layout)
    {
        var writer = new ProfileWriter();
        writer.Varint((ulong)layout.Features.Count);
        foreach (var feature in layout.Features)
            Write(writer, feature);
        var output = layout.Output;
        writer.Byte((byte)output.Task);
        writer.Double(output.Threshold);
        writer.Varint((ulong)output.Classes.Count);
        foreach (var name in output.Classes)
            writer.Text(name);
        if (output.Values is not null)
            Write(writer, output.Values);
        return writer.ToArray();
    }

    public static ProfileLayout Read(ref ProfileReader reader)
    {
        var features = new BinLayout[reader.Length(12, MostFeatures)];
        for (var i = 0; i < features.Length; i++)
            features[i] = ReadBins(ref reader);
        var task = (ModelTask)reader.Byte();
        if (!Enum.IsDefined(task))
            throw new ProfileFormatException($"task {(int)task} is not known");
        var threshold = reader.Double();
        var classes = new string[reader.Length(1, MostClasses)];
        for (var i = 0; i < classes.Length; i++)
            classes[i] = reader.Text();
        if (task == ModelTask.Regression ? classes.Length != 0 : classes.Length < 2 || (task == ModelTask.BinaryClassification && classes.Length != 2))
            throw new ProfileFormatException($"{classes.Length} classes do not fit {task}");
        return new(features, new(task, classes, threshold, task == ModelTask.Regression ? ReadBins(ref reader) : null));
    }

    private static void Write(ProfileWriter writer, BinLayout bins)
    {
        writer.Text(bins.Name);
        writer.Byte((byte)((bins.IsCategorical ? 1 : 0) | (bins.HasOwnBins ? 2 : 0)));
        writer.Double(bins.Shift);
        writer.Varint((ulong)bins.Categories.Count);
        foreach (var category in bins.Categories)
            writer.Text(category);
        writer.Varint((ulong)bins.Edges.Length);
        writer.Singles(bins.Edges);
        writer.Varint((ulong)bins.Deciles.Length);
        foreach (var edge in bins.Deciles)
            writer.Varint((ulong)edge);
    }

    private static BinLayout ReadBins(ref ProfileReader reader)
    {
        var name = reader.Text();
        var flags = reader.Byte();
        var shift = reader.Double();
        var categories = new string[reader.Length(1, MostCategories)];
        for (var i = 0; i < categories.Length; i++)
            categories[i] = reader.Text();
        var edges = new float[reader.Length(4, 10_000)];
        reader.Singles(edges);
        for (var i = 1; i < edges.Length; i++)
            if (edges[i] <= edges[i - 1])
                throw new ProfileFormatException($"the edges of {name} do not ascend");
        var deciles = new int[reader.Length(1, 100)];
        for (var i = 0; i < deciles.Length; i++)
            deciles[i] = reader.Count() is var edge && edge < edges.Length ? (int)edge : throw new ProfileFormatException($"a decile of {name} is no edge");
        return new(name, (flags & 1) != 0, edges, categories, deciles, (flags & 2) != 0, shift);
    }
}
