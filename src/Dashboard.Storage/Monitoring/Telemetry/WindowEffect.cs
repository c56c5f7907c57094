using Dashboard.Core.Monitoring.Profiles;
using Dashboard.Storage.Monitoring.Windows;

namespace Dashboard.Storage.Monitoring.Telemetry;

/// <summary>What one prediction or label does to the windows that it lies in.</summary>
/// <param name="Everything">Whether the window of all predictions is concerned; not where a segment's past is made up for.</param>
/// <param name="IsSliced">Whether the prediction was counted in the slices of that window, or is now: not where it was logged before slices were kept.</param>
/// <param name="Segments">A bit for each of the version's segments that the prediction belongs to, in their order.</param>
internal readonly record struct WindowEffect(MonitoredVersion Version, long EventTime, ProfileChange Change, bool Everything, bool IsSliced, ulong Segments);
