using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Dashboard.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Web.Api.V1.Ingestion;

/// <summary>
/// Cuts a body into its items without holding it: a JSON array, an object with one array called items, or objects one after another (NDJSON), plain or gzip.
/// Memory is bounded by the largest item.
/// </summary>
internal sealed class JsonItems : IAsyncDisposable
{
    private const int MostItemBytes = 1 << 20;

    private readonly PipeReader pipe;
    private readonly Stream? decompressed;
    private readonly long mostBytes;
    private Form form;
    private long bytes;

    private JsonItems(PipeReader pipe, Stream? decompressed, long mostBytes) => (this.pipe, this.decompressed, this.mostBytes) = (pipe, decompressed, mostBytes);

    private enum Form { Unknown, Array, Lines, Ended }

    /// <summary>Takes the item; <paramref name="index"/> counts from 0.</summary>
    public delegate void TakeItem(long index, in ReadOnlySequence<byte> item);

    /// <summary>Items that were found so far.</summary>
    public long Count { get; private set; }

    /// <param name="mostBytes">Largest body, uncompressed.</param>
    public static Result<JsonItems> Open(HttpRequest request, long mostBytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = mostBytes;
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return new JsonItems(request.BodyReader, null, mostBytes);
        if (!encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return InvalidValue.Of("Content-Encoding", encoding, "gzip or none");
        var stream = new GZipStream(request.Body, CompressionMode.Decompress);
        return new JsonItems(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16)), stream, mostBytes);
    }

    /// <summary>Reads on and hands over every item that is complete.</summary>
    /// <param name="take">Receives the items.</param>
    /// <param name="malformed">Told of a line that is no JSON; the lines after it are still read.</param>
    /// <returns>True while there may be more; or what makes the rest unreadable.</returns>
    public async ValueTask<Result<bool>> ReadAsync(TakeItem take, Action<long, ItemFault> malformed, CancellationToken ct)
    {
        ReadResult read;
        try
        {
            read = await pipe.ReadAsync(ct);
        }
        catch (InvalidDataException fault)
        {
            return Malformed($"gzip: {fault.Message}");
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }

        var (rest, before) = (read.Buffer, read.Buffer.Length);
        Error? error = Cut(ref rest, read.IsCompleted, take, malformed);
        bytes += before - rest.Length;
        if (error is null && bytes + rest.Length > mostBytes)
            error = TooLarge();
        if (error is null && rest.Length > MostItemBytes && !read.IsCompleted)
            error = InvalidValue.Of($"item {Count}", $"more than {MostItemBytes} bytes", $"an item of at most {MostItemBytes} bytes");
        pipe.AdvanceTo(rest.Start, rest.End);
        return error is not null ? error : !read.IsCompleted && form != Form.Ended;
    }

    public async ValueTask DisposeAsync()
    {
        if (decompressed is null)
            return;
        await pipe.CompleteAsync();
        await decompressed.DisposeAsync();
    }

    private static InvalidValue Malformed(string what) => InvalidValue.Of("body", what, "a JSON array of objects, {\"items\": [...]}, or one JSON object a line");

    private BodyTooLarge TooLarge() => new(mostBytes);

    private InvalidValue? Cut(ref ReadOnlySequence<byte> rest, bool isLast, TakeItem take, Action<long, ItemFault> malformed)
    {
        if (form == Form.Unknown && !Recognise(ref rest, isLast))
            return isLast ? Malformed("empty") : null;
        while (form != Form.Ended && Skip(ref rest) is { } next)
        {
            if (form == Form.Array && next == ']')
            {
                form = Form.Ended;
                return null;
            }

            var reader = new Utf8JsonReader(rest, isLast, default);
            try
            {
                if (!reader.Read() || !reader.TrySkip())
                    return isLast ? Malformed("it ends inside an item") : null;
            }
            catch (JsonException fault)
            {
                if (form != Form.Lines || !SkipLine(ref rest, isLast))
                    return form == Form.Lines && !isLast ? null : Malformed($"item {Count}: {fault.Message}");
                malformed(Count++, new("line", fault.Message, "one JSON object"));
                continue;
            }

            Take(rest.Slice(0, reader.Position), take, malformed);
            rest = rest.Slice(reader.Position);
        }

        return isLast && form == Form.Array ? Malformed("the array does not end") : null;
    }

    private void Take(in ReadOnlySequence<byte> item, TakeItem take, Action<long, ItemFault> malformed)
    {
        var index = Count++;
        try
        {
            take(index, item);
        }
        catch (InvalidOperationException)
        {
            // The JSON reader's word for an escape or byte sequence that is no Unicode text, found only when the text is asked for.
            malformed(index, new("item", null, "text that is valid Unicode"));
        }
    }

    /// <summary>Passes over white space and, between items, commas; gives the next byte without taking it, or null where there is none yet.</summary>
    private static byte? Skip(ref ReadOnlySequence<byte> rest)
    {
        var reader = new SequenceReader<byte>(rest);
        reader.AdvancePastAny(" \t\r\n,"u8);
        rest = reader.UnreadSequence;
        return reader.TryPeek(out var next) ? next : null;
    }

    private static bool SkipLine(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
            rest = rest.Slice(rest.GetPosition(1, end));
        else if (isLast)
            rest = rest.Slice(rest.End);
        else
            return false;
        return true;
    }

    /// <summary>Sees from the first bytes which form the body has, and moves to its first item.</summary>
    private bool Recognise(ref ReadOnlySequence<byte> rest, bool isLast)
    {
        var start = new SequenceReader<byte>(rest);
        start.IsNext(Encoding.UTF8.Preamble, advancePast: true);
        rest = start.UnreadSequence;
        if (Skip(ref rest) is not { } first)
            return false;
        if (first == '[')
        {
            (form, rest) = (Form.Array, rest.Slice(1));
            return true;
        }

        var reader = new Utf8JsonReader(rest, isLast, default);
        try
        {
            if (!reader.Read() || !reader.Read())
                return false;
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("items"u8))
            {
                if (!reader.Read())
                    return false;
                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    (form, rest) = (Form.Array, rest.Slice(reader.Position));
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // The first line is no JSON: said where lines are read.
        }

        form = Form.Lines;
        return true;
    }
}

/// <summary>A body beyond the limit of the settings.</summary>
internal sealed record BodyTooLarge(long Most) : Error(ErrorKind.TooLarge, $"The body is larger than {Most} bytes (uncompressed), the limit of Dashboard:Ingestion:MaxBodyBytes; send it in parts.");
