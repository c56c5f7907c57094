using System.Buffers;
using System.Text.Json;
using Dashboard.Core.Serving;
using Dashboard.Storage.Monitoring;
using Dashboard.Storage.Monitoring.Telemetry;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>Reads one item of ground truth.</summary>
internal sealed class LabelReader(ServedModel model, DateTimeOffset now)
{
    private readonly ClassLabels labels = new(model.Manifest);

    public (LabelItem Item, ItemFault? Fault) Read(in ReadOnlySequence<byte> item)
    {
        var reader = new Utf8JsonReader(item);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return (default, new("item", ItemText.Raw(ref reader), "an object with id and value"));
        string? id = null;
        DateTimeOffset? known = null;
        var value = double.NaN;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if ((id = ItemText.Id(ref reader)) is null)
                    return (default, new("id", ItemText.Raw(ref reader), $"text of 1 to {ItemText.MostIdLength} characters"));
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                reader.Read();
                if (double.IsNaN(value = labels.Read(ref reader)))
                    return (default, new("value", ItemText.Raw(ref reader), labels.Expected));
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                known = ItemText.Time(ref reader);
                if (known is null || known > now.AddDays(1))
                    return (default, new("time", ItemText.Raw(ref reader), "the ISO 8601 time at which the truth was known, not in the future"));
            }
            else
            {
                return (default, new(reader.GetString()!, null, "no other fields than id, value, time"));
            }
        }

        if (id is null)
            return (default, new("id", null, "the id of a prediction"));
        return double.IsNaN(value) ? (default, new("value", null, labels.Expected)) : (new(id, value, known), null);
    }
}
