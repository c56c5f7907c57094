using Dashboard.Core.Data.Features;

namespace Dashboard.Core.Serving;

/// <summary>Brings the raw inputs that one version was sent into the signature of another, so that it can be asked the same question.</summary>
public static class InputTranslation
{
    /// <summary>Inputs of the same name and type go over, categories by their text; what the other has besides is missing.</summary>
    /// <param name="signature">The signature that the values are of.</param>
    /// <param name="absent">Inputs of the other signature for which there is no value of the right type.</param>
    public static InputValue[] Translate(IReadOnlyList<FeatureInput> signature, ReadOnlySpan<InputValue> values, FeatureEncoder other, out IReadOnlyList<string> absent)
    {
        var inputs = other.Preprocessing.Inputs;
        var (translated, missing) = (new InputValue[inputs.Count], new List<string>());
        for (var i = 0; i < translated.Length; i++)
        {
            var at = IndexOf(signature, inputs[i]);
            if (at < 0)
                missing.Add(inputs[i].Name);
            else
                translated[i] = values[at].Kind switch
                {
                    InputKind.Code => other.Category(i, signature[at].Categories[(int)values[at].Number]),
                    InputKind.Text => other.Category(i, values[at].Text),
                    _ => values[at],
                };
        }

        absent = missing;
        return translated;
    }

    private static int IndexOf(IReadOnlyList<FeatureInput> signature, FeatureInput wanted)
    {
        for (var i = 0; i < signature.Count; i++)
            if (signature[i].Name == wanted.Name && signature[i].Type == wanted.Type)
                return i;
        return -1;
    }
}
