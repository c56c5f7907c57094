using System.Threading.Channels;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>A copy of a request that its caller has the answer to.</summary>
/// <param name="Split">The shadow stage that it is for.</param>
/// <param name="Body">The JSON part, and behind it what follows it.</param>
/// <param name="Rows">The hash of each row's prediction id, by which its truth finds the answers.</param>
internal sealed record MirroredRequest(RouteSplit Split, Protocol Protocol, byte[] Body, int JsonLength, ulong[] Rows, DateTimeOffset ArrivedAt)
{
    public ReadOnlySpan<byte> Json => Body.AsSpan(0, JsonLength);

    public ReadOnlySpan<byte> Binary => Body.AsSpan(JsonLength);

    /// <summary>Nobody will compare the answers to its rows.</summary>
    public void Forget()
    {
        foreach (var row in Rows)
            Split.Tally.Answers.Forget(row);
    }
}

/// <summary>Copies of requests that wait for the challenger of a shadow stage. Bounded: what finds it full is dropped and counted in the stage's tally; no caller ever waits for it.</summary>
internal sealed partial class Mirrors(ILogger<Mirrors> logger)
{
    public const int MostWaiting = 1024;
    public const long MostBytes = 64L << 20;

    private readonly Channel<MirroredRequest> waiting = Channel.CreateBounded<MirroredRequest>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private long bytes;

    /// <summary>Copies a request's body where its choice says so; it goes into the queue when the answer has been sent. To be called before the prediction is logged: truth that waits for it may follow at once.</summary>
    /// <param name="rows">How many rows the request has.</param>
    public void Offer(HttpContext context, in VersionChoice choice, Protocol protocol, in PredictionRequest request, int rows, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, DateTimeOffset arrivedAt)
    {
        if (!choice.IsCopied)
            return;
        var split = choice.Split!;
        if (waiting.Reader.Count >= MostWaiting || Interlocked.Read(ref bytes) + json.Length + binary.Length > MostBytes)
        {
            Drop(split);
            return;
        }

        var copy = new MirroredRequest(split, protocol, [.. json, .. binary], json.Length, Expect(split, request, rows), arrivedAt);
        context.Response.OnCompleted(() =>
        {
            Interlocked.Add(ref bytes, copy.Body.Length);
            if (!waiting.Writer.TryWrite(copy))
            {
                Interlocked.Add(ref bytes, -copy.Body.Length);
                copy.Forget();
                Drop(copy.Split);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>The copies in the order in which they came. For the one reader.</summary>
    public async IAsyncEnumerable<MirroredRequest> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var copy in waiting.Reader.ReadAllAsync(ct))
        {
            Interlocked.Add(ref bytes, -copy.Body.Length);
            yield return copy;
        }
    }

    /// <summary>Says that the answers to these rows are to be compared with their truth.</summary>
    private static ulong[] Expect(RouteSplit split, in PredictionRequest request, int rows)
    {
        if (!split.SharesTruth)
            return [];
        var hashes = new ulong[rows];
        for (var row = 0; row < rows; row++)
            split.Tally.Answers.Expect(hashes[row] = split.Traffic.Hash(request.IdOf(row)));
        return hashes;
    }

    private void Drop(RouteSplit split)
    {
        split.Tally.MirrorDropped();
        if (split.Tally.MirrorsDropped == 1)
            LogDropped(logger, split.Champion.Name, MostWaiting);
    }

    [LoggerMessage(LogLevel.Warning, "Copies of requests for {Model} come faster than its challenger can be asked: more than {Most} wait, the rest is dropped and counted")]
    private static partial void LogDropped(ILogger logger, string model, int most);
}
