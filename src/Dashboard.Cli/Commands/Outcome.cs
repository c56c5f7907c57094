using Dashboard.Core;

namespace Dashboard.Cli.Commands;

/// <summary>What a command ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was understood and could not be done.</summary>
    public const int Failed = 1;

    /// <summary>It was not understood.</summary>
    public const int Usage = 2;

    /// <summary>It was done, and drift was found.</summary>
    public const int Drift = 3;

    /// <summary>It was done, and the audit log is not as it was written.</summary>
    public const int Tampered = 3;

    /// <summary>It was done, and the package is not signed by whom it should be.</summary>
    public const int Unsigned = 3;
}

/// <summary>Writes what a command found or why it failed: for people, or as one JSON document.</summary>
internal sealed class Outcome(TextWriter output, TextWriter errors, bool json)
{
    public int Of<T>(Result<T> result, Action<T, TextWriter> show)
    {
        if (result.Error is { } error)
            return Of(error);
        if (json)
            output.WriteLine(CanonicalJson.Serialize(result.Value));
        else
            show(result.Value, output);
        return ExitCode.Done;
    }

    public int Of(Error error)
    {
        if (json)
            output.WriteLine(CanonicalJson.Serialize(new { error = new { kind = error.Kind, error.Message, error.Field, error.Value, error.Expected } }));
        else
            errors.WriteLine(error.Message);
        return ExitCode.Failed;
    }
}
