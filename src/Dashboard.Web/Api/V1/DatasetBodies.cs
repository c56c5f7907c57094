using Dashboard.Core.Data;
using Dashboard.Storage.Data;

namespace Dashboard.Web.Api.V1;

/// <summary>The version that now holds the uploaded content.</summary>
/// <param name="IsNew">False when the dataset had this content already.</param>
internal sealed record DatasetRegistered(string Name, int Version, string ContentHash, bool IsNew, long Rows, long RejectedRows, IReadOnlyList<Column> Columns);

/// <summary>A dataset with all its versions and the profile of one.</summary>
/// <param name="Version">The version that <paramref name="Columns"/> and <paramref name="Profile"/> describe.</param>
internal sealed record DatasetDetails(string Name, string Description, DateTimeOffset CreatedAt, IReadOnlyList<DatasetVersionSummary> Versions,
    int Version, IReadOnlyList<Column> Columns, IReadOnlyList<ColumnStatistics> Profile);

/// <param name="Count">All rejected rows.</param>
/// <param name="Rows">The first of them.</param>
internal sealed record RejectedRows(int Version, long Count, IReadOnlyList<RejectedRow> Rows);
