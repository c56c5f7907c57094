using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;

namespace Dashboard.Storage.Governance.People;

/// <summary>
/// What a person may be called when their account is made. The audit log names who did something: nobody may be called like what acts by itself.
/// </summary>
public static class PersonNames
{
    /// <summary>In characters.</summary>
    public const int Longest = 60;

    internal static readonly string Words = $"1 to {Longest} of the letters a to z, digits, and - . _ @ +";

    private static readonly string[] Taken = [PromotionPolicy.Actor, "demonstration", "host", "installation", "nobody", "operator", "system"];

    /// <summary>What is wrong with a name whose characters are looked at elsewhere; null when nothing is.</summary>
    internal static InvalidValue? Check(string name) => name.Length > Longest ? InvalidValue.Of("name", name, Words)
        : Acts(name) ? InvalidValue.Of("name", name, "a name that nothing acts under by itself")
        : null;

    /// <summary>What somebody whom a provider vouches for may be called, the best first, without end: their name there, the same with the provider's, and then with a number.</summary>
    /// <param name="allowed">The characters of names; others become hyphens.</param>
    internal static IEnumerable<string> From(string name, string provider, string allowed)
    {
        (name, provider) = (Clean(name, allowed), Clean(provider, allowed));
        if (!Acts(name))
            yield return Short(name, "");
        yield return Short(name, $"@{provider}");
        for (var number = 2; ; number++)
            yield return Short(name, $"-{number}@{provider}");
    }

    private static string Clean(string text, string allowed) => string.Concat(text.Select(letter => allowed.Contains(letter, StringComparison.Ordinal) ? letter : '-'));

    private static string Short(string name, string end)
    {
        end = end.Length > Longest / 2 ? end[..(Longest / 2)] : end;
        return name.Length + end.Length > Longest ? name[..(Longest - end.Length)] + end : name + end;
    }

    private static bool Acts(string name) => Taken.Contains(name, StringComparer.OrdinalIgnoreCase);
}
