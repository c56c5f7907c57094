using System.Reflection;
using System.Runtime.InteropServices;
using Dashboard.Core;
using Dashboard.XGBoost.Native;

namespace Dashboard.XGBoost;

/// <summary>The native library is absent, does not load, or is of a version whose C API differs.</summary>
public sealed record LibraryUnavailable(string Reason) : Error(ErrorKind.Unavailable, Reason);

/// <summary>Finds and loads libxgboost, once for the process. Versions 1.7 to 3.x are accepted.</summary>
public static class XGBoostLibrary
{
    private const string Install = "Install it with 'sudo apt-get install libxgboost0', or let the setting XGBoost:LibraryPath name any libxgboost from 1.7 to 3.x.";

    private static readonly string[] CommonNames = OperatingSystem.IsWindows()
        ? ["xgboost.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libxgboost.dylib", "/opt/homebrew/lib/libxgboost.dylib", "/usr/local/lib/libxgboost.dylib"]
            : ["libxgboost.so.0", "libxgboost.so", "libxgboost.so.1", "libxgboost.so.2", "libxgboost.so.3", "/usr/local/lib/libxgboost.so"];

    private static readonly Lock Loading = new();
    private static nint library;
    private static Version? version;

    /// <summary>The loaded library's version.</summary>
    /// <exception cref="XGBoostException">No library could be loaded.</exception>
    public static Version Version => Load(null).Match(found => found, error => throw new XGBoostException(error.Message));

    /// <summary>Loads the library; later calls answer the version that is already loaded. Where nobody calls it, the first native call does, by the common names.</summary>
    /// <param name="libraryPath">The setting XGBoost:LibraryPath; null or empty: probe the common names.</param>
    /// <returns>The version, or what to install.</returns>
    public static Result<Version> Load(string? libraryPath)
    {
        lock (Loading)
        {
            if (version is not null)
                return version;
            if (!TryOpen(libraryPath, out library))
                return NotFound(libraryPath);

            var found = ReadVersion(library);
            if (Refuse(found) is { } refusal)
            {
                NativeLibrary.Free(library);
                library = 0;
                return refusal;
            }

            return version = found!;
        }
    }

    /// <summary>Why a version cannot be used, or null where it can.</summary>
    internal static LibraryUnavailable? Refuse(Version? found) => found switch
    {
        null => new($"The library that was found is no XGBoost: it has no function XGBoostVersion. {Install}"),
        _ when found < new Version(1, 7) || found.Major > 3 => new($"XGBoost {found} was found; expected a version from 1.7 to 3.x. {Install}"),
        _ => null,
    };

    internal static LibraryUnavailable NotFound(string? libraryPath) => new(string.IsNullOrWhiteSpace(libraryPath)
        ? $"XGBoost's native library was not found (looked for {string.Join(", ", CommonNames)}). {Install}"
        : $"'XGBoost:LibraryPath' is '{Error.Shorten(libraryPath)}', which is not a library that loads here; expected the path of a libxgboost from 1.7 to 3.x.");

    internal static bool TryOpen(string? libraryPath, out nint handle)
    {
        if (!string.IsNullOrWhiteSpace(libraryPath))
            return NativeLibrary.TryLoad(libraryPath, out handle);
        foreach (var name in CommonNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(XGBoostLibrary).Assembly, null, out handle))
                return true;
        }

        handle = 0;
        return false;
    }

    private static unsafe Version? ReadVersion(nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "XGBoostVersion", out var function))
            return null;
        int major, minor, patch;
        ((delegate* unmanaged<int*, int*, int*, void>)function)(&major, &minor, &patch);
        return new Version(major, minor, patch);
    }

    /// <summary>Answers the runtime's question where the library of the native methods is.</summary>
    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != NativeMethods.Library)
            return 0;
        var loaded = Load(null);
        return loaded.IsSuccess ? library : throw new XGBoostException(loaded.Error!.Message);
    }
}
