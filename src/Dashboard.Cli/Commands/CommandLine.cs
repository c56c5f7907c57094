using System.CommandLine;

namespace Dashboard.Cli.Commands;

/// <summary>The command line <c>dashboard</c>.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, InvocationConfiguration? configuration = null)
    {
        var parsed = Root().Parse(args);
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private static RootCommand Root() => new("Works with the models and datasets of a control room (a running host, or its data directory), and with files alone: profiles, drift, signatures.")
    {
        Target.Url, Target.Data, Target.Json,
        ModelCommands.All(),
        DataCommands.All(),
        RequestCommands.All(),
        NodeCommands.All(),
        EntityCommands.All(),
        ProfileCommands.All(),
        DriftCommand.Build(),
        AuditCommands.All(),
        SigningCommands.Keys(),
        SigningCommands.Packages(),
        PublisherCommands.All(),
    };
}
