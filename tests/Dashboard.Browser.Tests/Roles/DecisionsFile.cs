using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Dashboard.Browser.Tests.Roles;

/// <summary>What people decided, table by table, as it is in the file: to see that nothing changed.</summary>
internal static class DecisionsFile
{
    /// <summary>Tables that the host writes by itself all the time, and the log, of which only what somebody did is looked at.</summary>
    private static readonly string[] Restless = ["Alerts", "AlertFirings", "AlertEvents", "AlertDeliveries", "Activity"];

    /// <summary>Columns that follow who looks and who gives roles.</summary>
    private static readonly string[] RestlessColumns = ["LastSeenAt", "LastUsedAt", "Role", "SecurityStamp", "ConcurrencyStamp"];

    /// <summary>A hash of each table.</summary>
    /// <param name="actor">Their entries in the log count as a table.</param>
    public static Dictionary<string, string> Read(string dataDirectory, params string[] actors)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "dashboard.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var snapshot = connection.BeginTransaction(deferred: true);
        var tables = Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").Select(row => row[0]!.ToString()!).Except(Restless).ToList();
        var found = tables.ToDictionary(table => table, table => Hash(connection, $"SELECT {string.Join(", ", Columns(connection, table))} FROM \"{table}\" ORDER BY 1, 2"), StringComparer.Ordinal);
        foreach (var actor in actors)
            found[$"what {actor} did"] = Hash(connection, $"SELECT Action, Summary FROM Activity WHERE Actor = '{actor}' ORDER BY Id");
        return found;
    }

    private static IEnumerable<string> Columns(SqliteConnection connection, string table) =>
        Rows(connection, $"PRAGMA table_info(\"{table}\")").Select(column => column[1]!.ToString()!).Where(column => table is not ("People" or "ApiTokens" or "DisplayLinks") || !RestlessColumns.Contains(column)).Select(column => $"\"{column}\"");

    private static string Hash(SqliteConnection connection, string query) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Rows(connection, query).Select(row => string.Join('|', row.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : value?.ToString())))))));

    private static List<object?[]> Rows(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}
