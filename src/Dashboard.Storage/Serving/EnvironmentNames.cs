using Dashboard.Core;
using Dashboard.Storage.Deployments.Rollouts;

namespace Dashboard.Storage.Serving;

/// <summary>The environments that an installation has, in the order in which versions go through them. Production is always among them: the control room itself serves it.</summary>
public sealed record EnvironmentNames
{
    private const int Longest = 40;

    public static readonly EnvironmentNames ProductionOnly = new([RolloutTarget.Production]);

    private EnvironmentNames(IReadOnlyList<string> all) => All = all;

    public IReadOnlyList<string> All { get; }

    /// <summary>For messages.</summary>
    public string Words => string.Join(" or ", All);

    public bool Has(string name) => All.Contains(name, StringComparer.Ordinal);

    /// <summary>Reads names that are separated by commas.</summary>
    public static Result<EnvironmentNames> Parse(string text, string field)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Any(name => name.Length > Longest || !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            || names.Distinct(StringComparer.Ordinal).Count() != names.Length || !names.Contains(RolloutTarget.Production, StringComparer.Ordinal)
            ? InvalidValue.Of(field, text, $"names of 1 to {Longest} lower-case letters, digits and hyphens, separated by commas, each once, with {RolloutTarget.Production} among them")
            : new EnvironmentNames(names);
    }
}
