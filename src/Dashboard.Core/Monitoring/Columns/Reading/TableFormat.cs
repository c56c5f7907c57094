namespace Dashboard.Core.Monitoring.Columns.Reading;

/// <summary>What a file holds, by its first bytes.</summary>
public enum TableFormat { Csv, Ndjson, Profile }
