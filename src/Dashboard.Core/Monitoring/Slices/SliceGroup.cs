namespace Dashboard.Core.Monitoring.Slices;

/// <summary>Some values of one feature, as people name them.</summary>
/// <param name="Feature">The encoded feature's name.</param>
/// <param name="Value">The values alone: "ORD", "500 to 800", "missing".</param>
/// <param name="Text">Feature and values: "origin = ORD", "distance 500 to 800", "distance missing".</param>
/// <param name="Expression">The same as a <see cref="Segments.SegmentExpression"/>, so that the predictions can be looked for; null where it would be too long.</param>
public sealed record SliceGroup(string Feature, string Value, string Text, string? Expression);
