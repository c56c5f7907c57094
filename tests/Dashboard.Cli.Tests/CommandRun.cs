using System.CommandLine;
using System.Text.Json;
using Dashboard.Cli.Commands;

namespace Dashboard.Cli.Tests;

/// <summary>What a command line said and how it ended.</summary>
internal sealed record CommandRun(int Code, string Output, string Errors)
{
    public JsonElement Json => JsonElement.Parse(Output);

    public static async Task<CommandRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(args, new InvocationConfiguration { Output = output, Error = errors });
        return new(code, output.ToString(), errors.ToString());
    }
}
