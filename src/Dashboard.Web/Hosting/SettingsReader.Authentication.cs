using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;

namespace Dashboard.Web.Hosting;

internal sealed partial class SettingsReader
{
    private const int LeastToken = 36;

    private AuthenticationSettings Authentication()
    {
        const string mode = "Dashboard:Authentication:Mode", bootstrap = "Dashboard:BootstrapToken";
        var text = Text(mode, nameof(AuthenticationMode.Accounts));
        if (!Enum.TryParse<AuthenticationMode>(text, ignoreCase: true, out var chosen) || !Enum.IsDefined(chosen) || char.IsAsciiDigit(text[0]))
            errors.Add($"{mode} is '{text}'; expected Accounts or Open.");
        var token = SecretText(bootstrap);
        if (token.Length > 0 && !(token.StartsWith(Secret.TokenPrefix, StringComparison.Ordinal) && token.Length >= LeastToken && token.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')))
            errors.Add($"{bootstrap} is not a token and not the path of a file with one; expected {Secret.TokenPrefix} and at least {LeastToken - Secret.TokenPrefix.Length} random letters, digits, - and _.");
        return new(chosen, (int)Whole("Dashboard:Authentication:SignInsPerMinute", 20, 1, 100_000), token, OAuth());
    }

    private OAuthSettings? OAuth()
    {
        const string section = "Dashboard:Authentication:OAuth:";
        var client = Text(section + "ClientId", "");
        var settings = new OAuthSettings(Text(section + "Name", "the provider"), client, SecretText(section + "ClientSecret"), Address("AuthorizationEndpoint"), Address("TokenEndpoint"), Address("UserInformationEndpoint"),
            Text(section + "Scopes", "openid profile"), Text(section + "SubjectClaim", "sub"), Text(section + "NameClaim", "preferred_username"), DefaultRole());
        return client.Length == 0 ? null : settings;

        string Address(string key)
        {
            var text = Text(section + key, "");
            // Codes and secrets go there: in the clear only on this machine.
            if ((client.Length > 0 || text.Length > 0) && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))))
                errors.Add($"{section}{key} is '{text}'; expected an https address.");
            return text;
        }

        Role? DefaultRole()
        {
            var text = Text(section + "DefaultRole", "");
            if (text.Length == 0)
                return null;
            if (Enum.TryParse<Role>(text, ignoreCase: true, out var role) && Enum.IsDefined(role) && !char.IsAsciiDigit(text[0]))
                return role;
            errors.Add($"{section}DefaultRole is '{text}'; expected {string.Join(", ", Enum.GetNames<Role>())}, or nothing.");
            return null;
        }
    }

    /// <summary>A secret, or what is in the file that is named: it is better there than in the environment of every child process.</summary>
    private string SecretText(string key)
    {
        var text = Text(key, "");
        return text.Length > 0 && File.Exists(text) ? File.ReadAllText(text).Trim() : text;
    }
}
