using System.Buffers;
using System.IO.Pipelines;

namespace Dashboard.Web.Serving;

/// <summary>Reads a body whole and without copying where it lies in one piece, as those of single predictions do.</summary>
internal static class RequestBody
{
    /// <summary>The whole body, still in the request's pipe: who asked for it advances the pipe to its end after use. Null when it is larger than allowed.</summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(HttpRequest request, long maxBytes, CancellationToken ct)
    {
        if (request.ContentLength > maxBytes)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(ct);
            if (read.Buffer.Length > maxBytes)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted || read.Buffer.Length == request.ContentLength)
                return read.Buffer;
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}

/// <summary>A body in one piece: as it lies in the pipe, or copied into a rented buffer where it lies in several.</summary>
internal readonly ref struct ContiguousBody : IDisposable
{
    private readonly byte[]? rented;

    public ContiguousBody(in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            Span = body.FirstSpan;
            return;
        }

        rented = ArrayPool<byte>.Shared.Rent(checked((int)body.Length));
        body.CopyTo(rented);
        Span = rented.AsSpan(0, (int)body.Length);
    }

    public ReadOnlySpan<byte> Span { get; }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
