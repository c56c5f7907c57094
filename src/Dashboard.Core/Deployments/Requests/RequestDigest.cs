using System.Security.Cryptography;
using System.Text;

namespace Dashboard.Core.Deployments.Requests;

/// <summary>What an approval is bound to: the SHA-256 over the digests of the package, the plan and the evidence. When one of them changes, it is another digest, and approvals of the old one count no more.</summary>
public static class RequestDigest
{
    /// <param name="package">The package's, in hexadecimal.</param>
    /// <param name="plan">The rollout plan's.</param>
    /// <param name="evidence">The evidence's.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    // Each on a line of its own under a name of its own, so that no two lists of digests have the same text.
    public static string Of(string package, string plan, string evidence) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"promotion-request/1\npackage {package}\nplan {plan}\nevidence {evidence}\n")));
}
