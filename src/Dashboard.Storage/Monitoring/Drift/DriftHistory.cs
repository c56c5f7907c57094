using System.Text.Json.Serialization;
using Dashboard.Core.Monitoring.Blocks;

namespace Dashboard.Storage.Monitoring.Drift;

/// <summary>Drift of a model, block by block of its own clock.</summary>
/// <param name="Version">Null: of each block the version that made most predictions.</param>
/// <param name="Period">The length of a block, in words: "hour", "day".</param>
/// <param name="HasReference">False where no version has one: nothing can be said.</param>
/// <param name="HasTimes">False where the reference's rows had no time: windows are held against runs of its rows.</param>
/// <param name="ReferenceBlocks">How many blocks the reference of the newest block's version has.</param>
/// <param name="Blocks">Those that overlap the range, in order of time; the last one may not be over.</param>
/// <param name="Newest">The newest block that is over, whatever the range; null before there is one.</param>
/// <param name="Since">The start of the run of blocks, up to the newest, in each of which something moved; null where nothing has.</param>
/// <param name="Concept">Null where the reference has no labelled rows.</param>
public sealed record DriftHistory(string Model, int? Version, DateTimeOffset From, DateTimeOffset To, string Period, long PeriodSeconds, bool HasReference, bool HasTimes, int ReferenceBlocks,
    IReadOnlyList<JudgedBlock> Blocks, JudgedBlock? Newest, DateTimeOffset? Since, ConceptDrift? Concept)
{
    /// <summary>The segment's name; null for all predictions.</summary>
    public string? Segment { get; init; }

    /// <summary>Why nothing can be said of a segment, as a sentence for people; null where something can, and for all predictions.</summary>
    public string? WhyNot { get; init; }

    [JsonIgnore]
    public bool IsCalibrated => ReferenceBlocks >= RatioCalibration.FewBlocks;

    /// <summary>Blocks of the range that are over.</summary>
    [JsonIgnore]
    public IEnumerable<JudgedBlock> Judged => Blocks.Where(block => block.IsComplete);
}
