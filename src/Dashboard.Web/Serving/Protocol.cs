using Dashboard.Core;
using Dashboard.Core.Serving;

namespace Dashboard.Web.Serving;

/// <summary>Reads a body's rows as a version's signature wants them.</summary>
/// <param name="binary">What follows the JSON part.</param>
internal delegate Error? ReadRows(ServedModel model, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary, int maxRows, out PredictionRequest request);

/// <summary>What serving must know of a protocol.</summary>
/// <param name="ParametersName">The object in the body that ids of rows are in.</param>
/// <param name="HasRequestId">Whether a request has an id of its own and its entity among the parameters; otherwise the entity is beside them.</param>
internal sealed record Protocol(string ParametersName, bool HasRequestId, ReadRows Read)
{
    private readonly byte[] parameters = System.Text.Encoding.UTF8.GetBytes(ParametersName);

    public ReadOnlySpan<byte> Parameters => parameters;
}
