using System.CommandLine;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard data …</c></summary>
internal static class DataCommands
{
    public static Command All() => new("data", "Datasets.") { Register() };

    private static Command Register()
    {
        var name = new Option<string>("--name") { Description = "Name of the dataset; a new version of it, if it is there.", Required = true };
        var file = new Option<FileInfo>("--file") { Description = "CSV with a header line, plain or gzip.", Required = true }.AcceptExistingOnly();
        var command = new Command("register", "Register a CSV file as a dataset version.") { name, file };
        command.Acts(async (installation, parsed, outcome, ct) => outcome.Of(
            await installation.RegisterDataAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(file).FullName, ct),
            (data, text) =>
            {
                text.WriteLine($"{data.Name} version {data.Version}: {data.Rows:N0} rows, SHA-256 {data.ContentHash}");
                if (data.RejectedRows > 0)
                    text.WriteLine($"{data.RejectedRows:N0} rows did not parse and were kept aside; the page of the dataset shows them with the reasons.");
            }));
        return command;
    }
}
