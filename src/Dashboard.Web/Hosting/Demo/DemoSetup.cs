namespace Dashboard.Web.Hosting.Demo;

/// <summary>Registers the demonstration.</summary>
internal static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services) => services
        .AddSingleton<DemoPreparation>()
        .AddSingleton<DemoReplay>()
        .AddSingleton<DemoRemoval>()
        .AddSingleton<DemoService>()
        .AddHostedService(provider => provider.GetRequiredService<DemoService>());
}
