using System.CommandLine;

namespace Dashboard.Cli.Commands;

/// <summary><c>dashboard entities …</c></summary>
internal static class EntityCommands
{
    public static Command All() => new("entities", "Whom or what predictions are about.") { Delete(), Erased() };

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

    private static Command Erased()
    {
        var model = new Option<string>("--model") { Description = "Name of the model.", Required = true };
        var key = new Argument<string>("key") { Description = "The entity's key, as callers sent it.", HelpName = "KEY" };
        var command = new Command("erased", "Say when the logged predictions of one entity were removed: the audit log knows the entity by a mark that only this installation can make.") { model, key };
        command.Acts(async (installation, parsed, outcome, ct) => outcome.Of(await installation.ErasuresAsync(parsed.GetRequiredValue(model), parsed.GetRequiredValue(key), ct), (erasures, text) =>
        {
            if (erasures.Count == 0)
                text.WriteLine("Nothing was removed by this key.");
            foreach (var erasure in erasures)
                text.WriteLine($"{erasure.At:u} {erasure.By}: {erasure.Summary}");
        }));
        return command;
    }
}
