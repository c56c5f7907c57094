namespace Dashboard.Core.Monitoring;

/// <summary>What a key may look like by which a caller says whom or what a prediction is about.</summary>
public static class EntityKeys
{
    public const int MaxLength = 200;

    public const string Wanted = "a text of 1 to 200 characters without control characters";

    /// <summary>What is wrong with a key; null when nothing is.</summary>
    public static Error? Check(string field, string key)
    {
        if (key.Length is 0 or > MaxLength)
            return InvalidValue.Of(field, key.Length == 0 ? "" : $"{key.Length} characters", Wanted);
        foreach (var c in key)
            if (char.IsControl(c))
                return InvalidValue.Of(field, $"a text with the control character U+{(int)c:X4}", Wanted);
        return null;
    }
}
