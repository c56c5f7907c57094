using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dashboard.Web.Hosting.Alerts;

/// <summary>Who vouches for receivers: the system's authorities, and those of the file that the settings name.</summary>
public sealed class TrustedAuthorities
{
    private readonly X509Certificate2Collection own = [];

    public TrustedAuthorities(Settings settings)
    {
        if (settings.Alerts.TrustedCertificates is { Length: > 0 } file)
            own.ImportFromPemFile(file);
    }

    /// <summary>Accepts what the system accepts, and a certificate for the right name that one of our own authorities signed.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || own.Count == 0 || certificate is null)
            return false;
        using var again = new X509Chain();
        again.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        again.ChainPolicy.CustomTrustStore.AddRange(own);
        again.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            again.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return again.Build(copy);
    }
}
