namespace Dashboard.Web.Hosting.Analysis;

/// <summary>Registers what explains changes of models' performance.</summary>
internal static class AnalysisSetup
{
    public static IServiceCollection AddAnalyses(this IServiceCollection services) => services
        .AddSingleton<AnalysisStore>()
        .AddSingleton<AnalysisPreparation>()
        .AddSingleton<AnalysisRunner>()
        .AddHostedService(provider => provider.GetRequiredService<AnalysisRunner>());
}
