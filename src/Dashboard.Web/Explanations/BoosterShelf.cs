using Dashboard.Core;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.Storage.Registry;
using Dashboard.Web.Hosting;
using Dashboard.XGBoost;

namespace Dashboard.Web.Explanations;

/// <summary>Why contributions cannot be computed here; everything else about a prediction can still be shown.</summary>
public sealed record ExplanationUnavailable(string Reason) : Error(ErrorKind.Unavailable, Reason);

/// <summary>A version's model twice: as the library's booster for contributions, and as serving scores it.</summary>
internal sealed record ShelvedModel(string Digest, TrainedBooster Booster, Scorer Scorer);

/// <summary>
/// Keeps the boosters of the few versions whose predictions people look at, loaded when first asked for. One caller at a time: an explanation takes about a millisecond,
/// and the library does not promise that one linear booster serves several threads.
/// </summary>
public sealed class BoosterShelf(PackageStore packages, Settings settings) : IDisposable
{
    private const int MostKept = 4;

    private readonly SemaphoreSlim turn = new(1);
    private readonly List<ShelvedModel> shelf = [];

    /// <summary>Runs something with a version's model, which belongs to it only for that time.</summary>
    /// <param name="digest">The version's package.</param>
    internal async Task<Result<T>> WithAsync<T>(string digest, Func<ShelvedModel, T> use, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var found = await FindAsync(digest, ct);
            return found.IsSuccess ? use(found.Value) : found.Error!;
        }
        catch (XGBoostException refused)
        {
            return new ExplanationUnavailable($"XGBoost could not explain this prediction: {refused.Message}");
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var model in shelf)
            model.Booster.Dispose();
        turn.Dispose();
    }

    private async Task<Result<ShelvedModel>> FindAsync(string digest, CancellationToken ct)
    {
        if (shelf.Find(model => model.Digest == digest) is { } known)
        {
            // The least recently used one stands first and goes first.
            shelf.Remove(known);
            shelf.Add(known);
            return known;
        }

        if (XGBoostLibrary.Load(settings.XGBoostLibraryPath is { Length: > 0 } path ? path : null).Error is { } absent)
            return new ExplanationUnavailable($"Contributions need XGBoost’s native library. {absent.Message}");
        var package = await packages.ReadAsync(digest, ct);
        if (!package.IsSuccess)
            return package.Error!;
        var read = XGBoostModelReader.Read(package.Value.Model);
        if (!read.IsSuccess)
            return read.Error!;
        var loaded = new ShelvedModel(digest, TrainedBooster.Load(package.Value.Model.ToArray(), threads: 1), read.Value.Scorer);
        if (shelf.Count == MostKept)
        {
            shelf[0].Booster.Dispose();
            shelf.RemoveAt(0);
        }

        shelf.Add(loaded);
        return loaded;
    }
}
