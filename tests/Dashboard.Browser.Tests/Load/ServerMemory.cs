using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Dashboard.Browser.Tests.Load;

/// <summary>The memory of a host, seen from outside.</summary>
/// <param name="HeapBytes">What a full collection, forced for the measurement, left alive; not the room that the collector keeps around it, which swings by half.</param>
/// <param name="WorkingSetBytes">Resident memory of the process after it.</param>
internal sealed record ServerMemory(long HeapBytes, long WorkingSetBytes)
{
    private const long CollectNow = 0x80_0000;

    /// <summary>Collects garbage in another .NET process, over its diagnostics port, and reads what is left.</summary>
    public static async Task<ServerMemory> ReadAsync(int processId)
    {
        var heap = await Task.Run(() =>
        {
            using var session = new DiagnosticsClient(processId).StartEventPipeSession([new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectNow | (long)ClrTraceEventParser.Keywords.GC)], requestRundown: false);
            using var source = new EventPipeEventSource(session.EventStream);
            long size = 0;
            var forced = false;
            source.Clr.GCStart += start => forced |= start.Depth == 2 && start.Reason == GCReason.Induced;
            source.Clr.GCHeapStats += stats =>
            {
                if (!forced || size != 0)
                    return;
                size = stats.TotalPromoted;
                // The stream ends when the session does; stopping it waits for the stream to be read, so not here.
                _ = Task.Run(session.Stop);
            };
            source.Process();
            return size;
        });
        return new(heap, WorkingSet(processId));
    }

    private static long WorkingSet(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t').First(word => word.Length > 0 && char.IsAsciiDigit(word[0])), CultureInfo.InvariantCulture);
    }
}
