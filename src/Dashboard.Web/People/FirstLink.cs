using Dashboard.Core.Governance.People;
using Dashboard.Storage.Governance.People;
using Dashboard.Web.Hosting;
using Dashboard.Web.Hosting.Alerts;

namespace Dashboard.Web.People;

/// <summary>
/// Prints the link by which the first person gets in: it makes the first administrator, or, for the demonstration, signs in at once.
/// It goes to the terminal of whoever started the host and into no log.
/// </summary>
internal sealed class FirstLink(AccessControl access, AccessDirectory directory, SignInLinks links, PeopleStore people, ListeningAddresses addresses, Settings settings, IHostApplicationLifetime lifetime) : IHostedService
{
    public const string DemoAccount = "demo";
    private const string MadeBy = "demonstration";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!access.IsOpen)
            lifetime.ApplicationStarted.Register(() => _ = PrintAsync(lifetime.ApplicationStopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PrintAsync(CancellationToken ct)
    {
        try
        {
            if (settings.Demo.Enabled && await DemoAccountAsync(ct) is { } demo)
                await Console.Out.WriteLineAsync($"Open this link to sign in; it works once: {addresses.Link("/sign-in/link?code=" + await links.CreateAsync(demo, ct))}");
            else if (!directory.HasAdministrator && settings.Authentication.BootstrapToken.Length == 0)
                await Console.Out.WriteLineAsync($"There is no administrator yet. Open this link to become it; it works once: {addresses.Link("/sign-in/first?code=" + await links.CreateAsync(null, ct))}");
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"The link to sign in could not be made: {exception.Message}");
        }
    }

    /// <summary>The demonstration's own account, without a password. It is made only where nobody administers the installation yet, and goes by links only.</summary>
    private async Task<int?> DemoAccountAsync(CancellationToken ct)
    {
        if ((await people.ListAsync(ct)).FirstOrDefault(person => person.Name == DemoAccount) is { } there)
            return there is { Enabled: true, HasPassword: false } ? there.Id : null;
        if (directory.HasAdministrator)
            return null;
        var made = await people.CreateAsync(new(DemoAccount, null, Role.Administrator, new Dictionary<string, Role>(StringComparer.Ordinal)), MadeBy, ct);
        return made.IsSuccess ? made.Value.Id : null;
    }
}
