using System.Text.Json.Serialization;

namespace Dashboard.Core.Monitoring.Columns.Comparing;

/// <summary>By whose rules a table is judged.</summary>
public enum DriftPreset
{
    Default,
    Evidently,

    [JsonStringEnumMemberName("nannyml")]
    NannyML,
}

/// <summary>How two tables are compared.</summary>
/// <param name="Alpha">The rate of false alarms that is promised, in (0, 1): over all columns together.</param>
/// <param name="SmallestEffect">A significant change with a smaller effect size is called small and is no drift; in [0, 1].</param>
/// <param name="Columns">The columns to compare; null for all.</param>
public sealed record DriftOptions(DriftPreset Preset = DriftPreset.Default, double Alpha = 0.05, double SmallestEffect = 0.05, IReadOnlyList<string>? Columns = null);
