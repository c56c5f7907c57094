using System.CommandLine;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard entities …</c></summary>
internal static class EntityCommands
{
    public static Command All() => new("entities", "Whom or what predictions are about.") { Delete() };

    private static Command Delete()
    {
        var model = new Option<string>("--model") { Description = "Name of the model.", Required = true };
        var key = new Argument<string>("key") { Description = "The entity's key, as callers sent it.", HelpName = "KEY" };
        var command = new Command("delete", "Remove the logged predictions and ground truth of one entity. It cannot be undone.") { model, key };
        command.Acts(async (installation, parsed, outcome, ct) => outcome.Of(await installation.EraseEntityAsync(parsed.GetRequiredValue(model), parsed.GetRequiredValue(key), ct), (erased, text) =>
        {
            text.WriteLine($"{erased.Model}: removed {erased.Predictions} predictions, {erased.Labels} labels and {erased.WaitingLabels} waiting labels.");
            text.WriteLine("What remains:");
            foreach (var sentence in erased.Remains)
                text.WriteLine($"- {sentence}");
        }));
        return command;
    }
}
