using System.Text.Json;
using Dashboard.Core;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Training;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>One output of a model, as the protocol describes it.</summary>
/// <param name="IsLabel">True for the decided class as a text; false for what the model computes.</param>
internal sealed record OutputTensor(string Name, Datatype Datatype, bool IsLabel);

/// <summary>A model's outputs: the score first, for classification the decided class behind it.</summary>
internal static class OutputTensors
{
    private static readonly OutputTensor Label = new("label", Datatype.Bytes, IsLabel: true);
    private static readonly OutputTensor[] Binary = [new("probability", Datatype.Fp32, IsLabel: false), Label];
    private static readonly OutputTensor[] Multiclass = [new("probabilities", Datatype.Fp32, IsLabel: false), Label];
    private static readonly OutputTensor[] Regression = [new("value", Datatype.Fp32, IsLabel: false)];

    public static OutputTensor[] Of(ModelManifest manifest) => manifest.Task switch
    {
        ModelTask.BinaryClassification => Binary,
        ModelTask.MulticlassClassification => Multiclass,
        _ => Regression,
    };
}

/// <summary>Which outputs a request wants, and which of them as binary data. The default wants all, in JSON.</summary>
internal struct OutputChoice
{
    private int named;
    private int binary;
    private int json;

    /// <summary>The request's own binary_data_output, which an output may contradict for itself.</summary>
    public bool AllBinary { get; set; }

    public readonly bool Wants(int output) => named == 0 || (named & (1 << output)) != 0;

    public readonly bool IsBinary(int output) => (binary & (1 << output)) != 0 || (AllBinary && (json & (1 << output)) == 0);

    /// <summary>Reads the request's "outputs".</summary>
    public static Error? Read(ref Utf8JsonReader reader, ServedModel model, ref OutputChoice choice)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartArray)
            return InvalidValue.Of("outputs", InputReader.Show(ref reader), "an array of objects with a name");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (ReadOne(ref reader, OutputTensors.Of(model.Manifest), ref choice) is { } error)
                return error;
        return null;
    }

    private static Error? ReadOne(ref Utf8JsonReader reader, OutputTensor[] outputs, ref OutputChoice choice)
    {
        var names = string.Join(" or ", outputs.Select(output => output.Name));
        if (reader.TokenType != JsonTokenType.StartObject)
            return InvalidValue.Of("outputs", InputReader.Show(ref reader), $"objects with the name {names}");
        var output = -1;
        bool? isBinary = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isParameters = reader.ValueTextEquals("parameters"u8);
            reader.Read();
            if (isName)
            {
                if (RequestParameters.ReadId(ref reader, "outputs.name", out var name) is { } error)
                    return error;
                output = Array.FindIndex(outputs, candidate => candidate.Name == name);
                if (output < 0)
                    return InvalidValue.Of("outputs.name", name ?? "", names);
            }
            else if (isParameters && reader.TokenType == JsonTokenType.StartObject)
            {
                isBinary = ReadBinaryFlag(ref reader) ?? isBinary;
            }
            else
            {
                reader.Skip();
            }
        }

        if (output < 0)
            return InvalidValue.Of("outputs.name", null, names);
        choice.named |= 1 << output;
        if (isBinary == true)
            choice.binary |= 1 << output;
        else if (isBinary == false)
            choice.json |= 1 << output;
        return null;
    }

    private static bool? ReadBinaryFlag(ref Utf8JsonReader reader)
    {
        bool? flag = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isFlag = reader.ValueTextEquals("binary_data"u8);
            reader.Read();
            if (isFlag)
                flag = reader.TokenType == JsonTokenType.True;
            reader.Skip();
        }

        return flag;
    }
}
