using System.Buffers.Binary;
using System.Text;
using Dashboard.Core.Serving;
using Dashboard.Web.Serving;

namespace Dashboard.Web.Api.OpenInference;

/// <summary>Writes the answer to an inference request.</summary>
internal static class InferResponse
{
    /// <summary>Appends the JSON part, and behind it the outputs that were wanted as binary data.</summary>
    /// <returns>The length of the JSON part where binary data follow it; otherwise null.</returns>
    public static int? Write(ref Utf8Text text, in ScoredRows scored, in PredictionRequest request, in OutputChoice choice)
    {
        var model = scored.Model;
        text.Append("{\"model_name\":"u8);
        text.AppendQuoted(model.NameJson);
        text.Append(",\"model_version\":\""u8);
        text.AppendPlain(model.NumberText);
        text.Append("\",\"id\":"u8);
        text.AppendQuoted(request.Id!);
        text.Append(",\"outputs\":["u8);
        var outputs = OutputTensors.Of(model.Manifest);
        var isFirst = true;
        var hasBinary = false;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (!choice.Wants(i))
                continue;
            if (!isFirst)
                text.Append(","u8);
            isFirst = false;
            var isBinary = choice.IsBinary(i);
            hasBinary |= isBinary;
            WriteTensor(ref text, scored, outputs[i], isBinary);
        }

        text.Append("]}"u8);
        if (!hasBinary)
            return null;
        var length = text.Length;
        for (var i = 0; i < outputs.Length; i++)
            if (choice.Wants(i) && choice.IsBinary(i))
                WriteBinary(ref text, scored, outputs[i]);
        return length;
    }

    private static void WriteTensor(ref Utf8Text text, in ScoredRows scored, OutputTensor output, bool isBinary)
    {
        text.Append("{\"name\":\""u8);
        text.AppendPlain(output.Name);
        text.Append("\",\"datatype\":\""u8);
        text.AppendPlain(output.Datatype.Name);
        text.Append("\",\"shape\":["u8);
        text.Append(scored.Outputs.Length);
        var width = scored.Model.Scorer.OutputCount;
        if (!output.IsLabel && scored.Model.Manifest.Task == Core.Training.ModelTask.MulticlassClassification)
        {
            text.Append(","u8);
            text.Append(width);
        }

        text.Append("]"u8);
        if (isBinary)
        {
            text.Append(",\"parameters\":{\"binary_data_size\":"u8);
            text.Append(BinarySize(scored, output));
            text.Append("}}"u8);
            return;
        }

        text.Append(",\"data\":["u8);
        for (var row = 0; row < scored.Outputs.Length; row++)
        {
            if (row > 0)
                text.Append(","u8);
            var values = scored.Outputs[row];
            if (output.IsLabel)
            {
                text.AppendQuoted(scored.Model.LabelsJson[scored.Model.Decide(values)]);
                continue;
            }

            for (var i = 0; i < width; i++)
            {
                if (i > 0)
                    text.Append(","u8);
                text.Append(values[i]);
            }
        }

        text.Append("]}"u8);
    }

    private static int BinarySize(in ScoredRows scored, OutputTensor output)
    {
        if (!output.IsLabel)
            return scored.Outputs.Length * scored.Model.Scorer.OutputCount * sizeof(float);
        var size = 0;
        foreach (var values in scored.Outputs)
            size += 4 + Encoding.UTF8.GetByteCount(scored.Model.Manifest.Classes[scored.Model.Decide(values)]);
        return size;
    }

    private static void WriteBinary(ref Utf8Text text, in ScoredRows scored, OutputTensor output)
    {
        Span<byte> four = stackalloc byte[4];
        foreach (var values in scored.Outputs)
        {
            if (output.IsLabel)
            {
                var label = Encoding.UTF8.GetBytes(scored.Model.Manifest.Classes[scored.Model.Decide(values)]);
                BinaryPrimitives.WriteInt32LittleEndian(four, label.Length);
                text.Append(four);
                text.Append(label);
                continue;
            }

            foreach (var value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(four, value);
                text.Append(four);
            }
        }
    }
}
