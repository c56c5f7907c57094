using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Web.Components.Shared;

/// <summary>
/// What a person chose for every page, kept in the URL: time range, pause, theme; and any page's own parameters beside them.
/// One for each circuit. Inject it, read <see cref="Range"/> and <see cref="Paused"/>, build links with <see cref="Link"/>, change with <see cref="Set"/>.
/// </summary>
public sealed class PageState : IDisposable
{
    /// <summary>Parameters that follow a person from page to page.</summary>
    private static readonly string[] Everywhere = ["range", "paused", "theme"];

    private readonly NavigationManager navigation;
    private Dictionary<string, string> query = [];
    private (string Path, string? Name) named;

    public PageState(NavigationManager navigation)
    {
        this.navigation = navigation;
        navigation.LocationChanged += OnLocationChanged;
        Read();
    }

    /// <summary>The URL, or the page's name, changed.</summary>
    public event Action? Changed;

    public TimeSelection Range { get; private set; } = TimeSelection.Default;

    /// <summary>Live updates wait until the person goes on.</summary>
    public bool Paused { get; private set; }

    /// <summary>dark, light, or null: as chosen last, else as the system wishes.</summary>
    public string? Theme { get; private set; }

    /// <summary>What the page calls its subject, for the last breadcrumb; null: the last part of the path.</summary>
    public string? Name
    {
        // A name is of the page that gave it, and goes with it.
        get => named.Path == Path ? named.Name : null;
        set
        {
            if (Name == value)
                return;
            named = (Path, value);
            Changed?.Invoke();
        }
    }

    /// <summary>A parameter of the present URL.</summary>
    public string? this[string parameter] => query.GetValueOrDefault(parameter);

    /// <summary>The path of the present page, with its leading slash.</summary>
    public string Path => "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0];

    /// <summary>A link to another page that keeps range, pause and theme.</summary>
    public string Link(string path, params ReadOnlySpan<(string Name, string? Value)> parameters) =>
        Compose(path, Everywhere.Where(query.ContainsKey).Select(key => (key, (string?)query[key])), parameters);

    /// <summary>The present page with some parameters changed; null takes one away.</summary>
    public string Here(params ReadOnlySpan<(string Name, string? Value)> parameters) =>
        Compose(Path, query.Select(pair => (pair.Key, (string?)pair.Value)), parameters);

    /// <summary>Changes parameters of the present page's URL.</summary>
    public void Set(params ReadOnlySpan<(string Name, string? Value)> parameters) => navigation.NavigateTo(Here(parameters));

    /// <summary>As <see cref="Set"/>, without a new entry in the browser's history: for what changes often, like a slider.</summary>
    public void Replace(params ReadOnlySpan<(string Name, string? Value)> parameters) => navigation.NavigateTo(Here(parameters), replace: true);

    public void Dispose() => navigation.LocationChanged -= OnLocationChanged;

    private static string Compose(string path, IEnumerable<(string Key, string? Value)> present, ReadOnlySpan<(string Name, string? Value)> changed)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in present)
            all[key] = value;
        foreach (var (key, value) in changed)
            all[key] = value;
        return QueryHelpers.AddQueryString(path, all.Where(pair => !string.IsNullOrEmpty(pair.Value)));
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        Read();
        Changed?.Invoke();
    }

    private void Read()
    {
        query = QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        Range = TimeSelection.Parse(this["range"]) ?? TimeSelection.Default;
        Paused = this["paused"] is "1" or "true";
        Theme = this["theme"] is "dark" or "light" ? this["theme"] : null;
    }
}
