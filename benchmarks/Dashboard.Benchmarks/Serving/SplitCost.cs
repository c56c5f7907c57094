using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Dashboard.Core.Data.Features;
using Dashboard.Core.Deployments.Analysis;
using Dashboard.Core.Deployments.Counting;
using Dashboard.Core.Deployments.Plans;
using Dashboard.Core.Deployments.Routing;
using Dashboard.Core.Registry;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Core.Training;
using Dashboard.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Benchmarks.Serving;

/// <summary>
/// What it costs a request that two versions share the traffic: the same model twice, the same row, over loopback, in interleaved rounds with a split of one half, in a shadow stage that copies every
/// request, and without a rollout. Requests name no entity, so each is a new one. The sender runs in this process and its time is in the figures: only the ratio means something.
/// dotnet run -c Release --project benchmarks/Dashboard.Benchmarks -- split [seconds]
/// </summary>
internal static class SplitCost
{
    private const int Connections = 8;
    private const int Rounds = 5;

    public static async Task RunAsync(double seconds)
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-split-").FullName;
        try
        {
            using var booster = HiggsLike.Train(20_000);
            var scorer = XGBoostModelReader.Read(booster.SaveUbj()).Value.Scorer;
            var app = await ControlRoom.BuildAsync(["--urls=http://127.0.0.1:0", $"--Dashboard:DataDirectory={directory}", "--Dashboard:Authentication:Mode=Open", "--Logging:LogLevel:Default=Error"], default);
            await using (app)
            {
                await app.StartAsync();
                Measure(app.Services.GetRequiredService<Router>(), new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port, scorer, TimeSpan.FromSeconds(seconds));
                await app.StopAsync();
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Measure(Router router, int port, Scorer scorer, TimeSpan duration)
    {
        ServedModel champion = Version(1, scorer), challenger = Version(2, scorer);
        var route = new ModelRoute("higgs", champion, new Dictionary<int, ServedModel> { [1] = champion, [2] = challenger }.ToFrozenDictionary());
        var row = string.Join(',', HiggsLike.Rows(1, 9).Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        var body = $$"""{"inputs":[{"name":"input","shape":[1,28],"datatype":"FP32","data":[{{row}}]}]}""";
        (string Name, RouteSplit? Split)[] forms = [("without a rollout", null), ("split of one half", Split(champion, challenger, 50, 0)), ("shadow of every request", Split(champion, challenger, 0, 100))];
        var cpu = forms.Select(_ => new List<double>()).ToArray();
        LoadGenerator.Run(port, "/v2/models/higgs/infer", body, Connections, duration);
        for (var round = 0; round < Rounds; round++)
        {
            for (var form = 0; form < forms.Length; form++)
            {
                router.Set(route with { Split = forms[form].Split });
                using var process = Process.GetCurrentProcess();
                var before = process.TotalProcessorTime;
                var load = LoadGenerator.Run(port, "/v2/models/higgs/infer", body, Connections, duration);
                process.Refresh();
                cpu[form].Add((process.TotalProcessorTime - before).TotalMicroseconds / load.Milliseconds.Length);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{forms[form].Name,-24} {load.PerSecond,8:0} req/s   p50 {load.Quantile(0.5):0.00} ms   p99 {load.Quantile(0.99):0.00} ms   CPU with the sender {cpu[form][^1]:0.0} µs a request   {load.Failed} failed"));
            }
        }

        for (var form = 1; form < forms.Length; form++)
        {
            var ratios = cpu[form].Zip(cpu[0], (with, without) => with / without).Order().ToList();
            var more = cpu[form].Zip(cpu[0], (with, without) => with - without).Order().ElementAt(Rounds / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"CPU, {forms[form].Name} : without = {ratios[Rounds / 2]:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00}, median of {Rounds} rounds; {more:+0.0;-0.0} µs a request; {forms[form].Split!.Tally.MirrorsDropped} copies dropped)"));
        }
    }

    private static RouteSplit Split(ServedModel champion, ServedModel challenger, int percent, int mirrored)
    {
        var plan = StandardPlans.Of(RolloutStrategy.Canary);
        var rollout = Guid.NewGuid();
        var bins = PredictionBins.OfClasses(champion, challenger)!;
        return new(rollout, 1, champion, challenger, TrafficSplit.Of(TrafficSplit.SaltOf(rollout), TrafficWeight.OfPieces(percent, 100)).Value, TrafficWeight.OfPieces(mirrored, 100), DateTimeOffset.UtcNow, bins,
            new SplitTally(StageEvidence.Fresh(plan), bins.Count));
    }

    private static ServedModel Version(int number, Scorer scorer)
    {
        var inputs = Enumerable.Range(0, HiggsLike.Columns).Select(i => new FeatureInput($"f{i}", InputType.Number, [])).ToArray();
        var manifest = new ModelManifest(1, "higgs", ModelTask.BinaryClassification, new Preprocessing(inputs), ["0", "1"], 0.5, "xgboost", null, "model.ubj", null, null,
            new Dictionary<string, double>(), [], null, null, null, null, null, null, "0.1.0", DateTimeOffset.UnixEpoch, []);
        return new(1, "higgs", 100 + number, number, new string('0', 64), manifest, scorer);
    }
}
