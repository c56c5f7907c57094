using System.Collections.Concurrent;
using System.Text.Json;
using Dashboard.Core;
using Dashboard.Storage;

namespace Dashboard.Web.Hosting.Analysis;

/// <summary>The newest answer to each question about a model's change, in memory and in the data directory. What is under way is in memory alone: it does not survive a restart.</summary>
public sealed partial class AnalysisStore(DataDirectory directory, ILogger<AnalysisStore> logger)
{
    /// <summary>Of a model so many questions are remembered.</summary>
    private const int MostOfModel = 20;

    private readonly ConcurrentDictionary<int, IReadOnlyList<ChangeAnalysis>> models = new();
    private readonly Lock writing = new();

    /// <summary>The analyses of a model, the newest first.</summary>
    public IReadOnlyList<ChangeAnalysis> Of(int modelId) => models.GetOrAdd(modelId, Read);

    /// <summary>Remembers an analysis. One that has ended is written down and takes the place of those that asked the same; only one that is done takes the place of an answer.</summary>
    public void Put(ChangeAnalysis analysis)
    {
        lock (writing)
        {
            var all = Of(analysis.ModelId);
            models[analysis.ModelId] = [.. all.Where(other => other.Id != analysis.Id && !Replaces(analysis, other)).Prepend(analysis).OrderByDescending(other => other.RequestedAt).Take(MostOfModel)];
            if (analysis.IsUnderWay)
                return;
            Directory.CreateDirectory(Folder(analysis.ModelId));
            File.WriteAllBytes(PathOf(analysis), CanonicalJson.SerializeToUtf8(analysis));
            foreach (var dropped in all.Where(other => !models[analysis.ModelId].Any(left => left.Id == other.Id)))
                File.Delete(PathOf(dropped));
        }
    }

    private static bool Replaces(ChangeAnalysis analysis, ChangeAnalysis other) =>
        !analysis.IsUnderWay && !other.IsUnderWay && other.AsksSame(analysis) && (analysis.Status == AnalysisStatus.Done || other.Status != AnalysisStatus.Done);

    private IReadOnlyList<ChangeAnalysis> Read(int modelId)
    {
        if (!Directory.Exists(Folder(modelId)))
            return [];
        var found = new List<ChangeAnalysis>();
        foreach (var path in Directory.EnumerateFiles(Folder(modelId), "*.json"))
        {
            try
            {
                found.Add(CanonicalJson.Deserialize<ChangeAnalysis>(File.ReadAllBytes(path)));
            }
            catch (JsonException damaged)
            {
                LogDamaged(logger, damaged, path);
            }
        }

        return [.. found.OrderByDescending(analysis => analysis.RequestedAt)];
    }

    private string Folder(int modelId) => Path.Combine(directory.Analyses, modelId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private string PathOf(ChangeAnalysis analysis) => Path.Combine(Folder(analysis.ModelId), analysis.Id + ".json");

    [LoggerMessage(LogLevel.Warning, "{Path} is no analysis that this version can read; it is passed over")]
    private static partial void LogDamaged(ILogger logger, Exception exception, string path);
}
