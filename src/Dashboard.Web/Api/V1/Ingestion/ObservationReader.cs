using System.Buffers;
using System.Text;
using System.Text.Json;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Monitoring;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>Reads one observation straight into a record. Features usually come in the signature's order, so the next name is tried first. For one request; not for several threads.</summary>
internal sealed class ObservationReader(ModelRoute route, ServedModel champion, DateTimeOffset now)
{
    private const string TimeExpected = "an ISO 8601 time that is not in the future, such as 2001-02-03T06:00:00Z";

    private readonly Dictionary<int, Form> forms = [];

    /// <summary>The record, or what is wrong with the item.</summary>
    public (PredictionRecord? Record, ItemFault? Fault) Read(in ReadOnlySequence<byte> item)
    {
        var reader = new Utf8JsonReader(item);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return (null, new("item", ItemText.Raw(ref reader), "an object with id, features and prediction"));

        string? id = null, entity = null;
        var time = now;
        var latency = float.NaN;
        var served = champion;
        Utf8JsonReader features = default, prediction = default, truth = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if ((id = ItemText.Id(ref reader)) is null)
                    return (null, new("id", ItemText.Raw(ref reader), $"text of 1 to {ItemText.MostIdLength} characters"));
            }
            else if (reader.ValueTextEquals("features"u8))
            {
                reader.Read();
                features = reader;
            }
            else if (reader.ValueTextEquals("prediction"u8))
            {
                reader.Read();
                prediction = reader;
            }
            else if (reader.ValueTextEquals("ground_truth"u8))
            {
                reader.Read();
                truth = reader;
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (ItemText.Time(ref reader) is not { } given || given > now.AddDays(1))
                    return (null, new("time", ItemText.Raw(ref reader), TimeExpected));
                time = given;
            }
            else if (reader.ValueTextEquals("latency_ms"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out latency) || !(latency >= 0))
                    return (null, new("latency_ms", ItemText.Raw(ref reader), "milliseconds, 0 or more"));
                latency *= 1000;
            }
            else if (reader.ValueTextEquals("entity"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (reader.TokenType != JsonTokenType.String || EntityKeys.Check("entity", entity = reader.GetString()!) is not null)
                    return (null, new("entity", ItemText.Raw(ref reader), EntityKeys.Wanted));
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (!int.TryParse(ItemText.Raw(ref reader), out var number) || !route.Versions.TryGetValue(number, out served!))
                    return (null, new("version", ItemText.Raw(ref reader), $"one of the loaded versions: {string.Join(", ", route.Versions.Keys.Order())}"));
            }
            else
            {
                return (null, new(reader.GetString()!, null, "no other fields than id, time, features, prediction, latency_ms, ground_truth, version, entity"));
            }

            reader.Skip();
        }

        if (id is null)
            return (null, new("id", null, $"text of 1 to {ItemText.MostIdLength} characters"));
        if (!forms.TryGetValue(served.VersionId, out var form))
            forms[served.VersionId] = form = new(served);
        var inputs = new InputValue[form.Names.Length];
        if (form.ReadFeatures(ref features, inputs) is { } wrongFeature)
            return (null, wrongFeature);
        var outputs = new float[served.Manifest.OutputCount];
        if (!form.ReadPrediction(ref prediction, outputs))
            return (null, new("prediction", prediction.TokenType == JsonTokenType.None ? null : ItemText.Raw(ref prediction), form.PredictionExpected));
        var label = double.NaN;
        if (truth.TokenType is not (JsonTokenType.None or JsonTokenType.Null) && double.IsNaN(label = form.Labels.Read(ref truth)))
            return (null, new("ground_truth", ItemText.Raw(ref truth), form.Labels.Expected));

        var encoded = new float[served.Encoder.Width];
        served.Encoder.Encode(inputs, encoded);
        return (new PredictionRecord
        {
            Model = served, Id = id, EntityKey = entity, ArrivedAt = now, EventTime = time, Inputs = inputs, Features = encoded, Outputs = outputs, LatencyMicroseconds = latency, Label = label,
        }, null);
    }

    /// <summary>How one version's items are read.</summary>
    private sealed class Form(ServedModel model)
    {
        private readonly IReadOnlyList<FeatureInput> inputs = model.Manifest.Preprocessing.Inputs;

        public byte[][] Names { get; } = [.. model.Manifest.Preprocessing.Inputs.Select(input => Encoding.UTF8.GetBytes(input.Name))];

        public ClassLabels Labels { get; } = new(model.Manifest);

        public string PredictionExpected { get; } = model.Manifest.Task switch
        {
            ModelTask.Regression => "a number",
            ModelTask.BinaryClassification => "the positive class's probability from 0 to 1, or a class",
            _ => $"{model.Manifest.OutputCount} probabilities in the order of the classes, an object of class and probability, or a class",
        };

        public ItemFault? ReadFeatures(ref Utf8JsonReader reader, InputValue[] values)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return new("features", reader.TokenType == JsonTokenType.None ? null : ItemText.Raw(ref reader), "an object with a value for each input");
            var next = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int at;
                if (next < Names.Length && reader.ValueTextEquals(Names[next]))
                    at = next;
                else if (!model.InputIndex.TryGetValue(reader.GetString()!, out at))
                    return new(reader.GetString()!, null, $"a feature of the model: {string.Join(", ", inputs.Take(30).Select(input => input.Name))}");
                next = at + 1;
                reader.Read();
                if (!ReadValue(ref reader, at, out values[at]))
                    return new(inputs[at].Name, ItemText.Raw(ref reader), Expected(inputs[at].Type));
            }

            return null;
        }

        public bool ReadPrediction(ref Utf8JsonReader reader, Span<float> outputs)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when outputs.Length == 1:
                    return reader.TryGetSingle(out outputs[0]) && IsOutput(outputs[0]);
                case JsonTokenType.StartArray:
                    return ReadArray(ref reader, outputs);
                case JsonTokenType.StartObject when model.Manifest.Task != ModelTask.Regression:
                    return ReadClasses(ref reader, outputs);
                case JsonTokenType.String or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Number when model.Manifest.Task != ModelTask.Regression:
                    var label = Labels.Read(ref reader);
                    if (double.IsNaN(label))
                        return false;
                    if (outputs.Length == 1)
                        outputs[0] = (float)label;
                    else
                        outputs[(int)label] = 1;
                    return true;
                default:
                    return false;
            }
        }

        private static string Expected(InputType type) => type switch
        {
            InputType.Number => "a number or null",
            InputType.Boolean => "true, false or null",
            InputType.Category => "text or null",
            _ => "an ISO 8601 time such as 2001-02-03T06:00, or null",
        };

        private bool IsOutput(float value) => model.Manifest.Task == ModelTask.Regression ? float.IsFinite(value) : value is >= 0 and <= 1;

        private bool ReadArray(ref Utf8JsonReader reader, Span<float> outputs)
        {
            // A binary model's two probabilities are as good as the positive one.
            var pair = outputs.Length == 1 && model.Manifest.Task == ModelTask.BinaryClassification;
            var count = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            {
                if (!reader.TryGetSingle(out var value) || !IsOutput(value) || count >= (pair ? 2 : outputs.Length))
                    return false;
                outputs[pair ? 0 : count] = value;
                count++;
            }

            return reader.TokenType == JsonTokenType.EndArray && (count == outputs.Length || (pair && count == 2));
        }

        private bool ReadClasses(ref Utf8JsonReader reader, Span<float> outputs)
        {
            var any = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var position = Labels.PositionOf(reader.GetString()!);
                reader.Read();
                if (position < 0 || reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out var value) || !IsOutput(value))
                    return false;
                if (outputs.Length > 1)
                    outputs[position] = value;
                else if (position == 1)
                    outputs[0] = value;
                else if (!any)
                    outputs[0] = 1 - value;
                any = true;
            }

            return any;
        }

        private bool ReadValue(ref Utf8JsonReader reader, int at, out InputValue value)
        {
            value = default;
            if (reader.TokenType == JsonTokenType.Null)
                return true;
            switch (inputs[at].Type)
            {
                case InputType.Number when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number):
                    value = InputValue.OfNumber(number);
                    return true;
                case InputType.Boolean when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                    value = InputValue.OfBoolean(reader.TokenType == JsonTokenType.True);
                    return true;
                case InputType.Boolean when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var flag) && flag is 0 or 1:
                    value = InputValue.OfBoolean(flag != 0);
                    return true;
                case InputType.Category when reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                    value = reader.HasValueSequence || reader.ValueIsEscaped
                        ? model.Encoder.Category(at, ItemText.Raw(ref reader))
                        : model.Encoder.Category(at, reader.ValueSpan);
                    return true;
                case InputType.Timestamp when reader.TokenType == JsonTokenType.String && FeatureEncoder.TryParseTimestamp(reader.GetString(), out var time):
                    value = InputValue.OfTimestamp(time);
                    return true;
                default:
                    return false;
            }
        }
    }
}
