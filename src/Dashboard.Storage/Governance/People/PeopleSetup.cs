using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dashboard.Storage.Governance.People;

internal static class PeopleSetup
{
    public const int ShortestPassword = 12;

    /// <summary>What is asked of a password.</summary>
    public static readonly string PasswordWords = $"at least {ShortestPassword} characters, {DifferentCharacters} of them different";

    private const int DifferentCharacters = 5;

    public static void AddPeople(this IServiceCollection services)
    {
        services.TryAddScoped(provider => provider.GetRequiredService<IDbContextFactory<DashboardDb>>().CreateDbContext());
        services.AddIdentityCore<Person>(options =>
        {
            // Length is what makes a password strong; rules on its characters make it predictable (NIST SP 800-63B, 3.1.1.2).
            options.Password.RequiredLength = ShortestPassword;
            options.Password.RequiredUniqueChars = DifferentCharacters;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
        }).AddEntityFrameworkStores<DashboardDb>();
        services.AddSingleton<AccessDirectory>();
        services.AddSingleton<PeopleStore>();
        services.AddSingleton<TokenStore>();
        services.AddSingleton<DisplayLinks>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<SignIn>();
    }
}
