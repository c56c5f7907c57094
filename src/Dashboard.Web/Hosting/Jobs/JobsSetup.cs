namespace Dashboard.Web.Hosting.Jobs;

/// <summary>Registers the runner of training jobs.</summary>
internal static class JobsSetup
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobPreparation>()
        .AddSingleton<JobCompletion>()
        .AddSingleton<JobSessions>()
        .AddSingleton<JobRunner>()
        .AddHostedService(provider => provider.GetRequiredService<JobRunner>());
}
