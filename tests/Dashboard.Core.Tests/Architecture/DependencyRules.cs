using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Dashboard.Core.Tests.Architecture;

/// <summary>Dependencies point one way: Web, Cli → Storage → Core, Web, Cli → XGBoost → Core, and inside Core only towards rooms that come earlier in the loop.</summary>
public sealed partial class DependencyRules
{
    private static readonly string[] Loop = ["Data", "Training", "Experiments", "Registry", "Deployments", "Serving", "Monitoring", "Governance"];

    [Theory]
    [InlineData("Dashboard.Core")]
    [InlineData("Dashboard.Storage", "Dashboard.Core")]
    [InlineData("Dashboard.XGBoost", "Dashboard.Core")]
    [InlineData("Dashboard.Cli", "Dashboard.Core", "Dashboard.Storage", "Dashboard.XGBoost")]
    [InlineData("Dashboard.Web", "Dashboard.Core", "Dashboard.Storage", "Dashboard.XGBoost", "Dashboard.Cli")]
    public void A_project_refers_only_to_those_below_it(string project, params string[] allowed)
    {
        var references = Items(project, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')));
        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void Core_refers_to_mathematics_and_csv_and_to_nothing_of_the_host() =>
        Assert.Empty(Items("Dashboard.Core", "PackageReference").Concat(Items("Dashboard.Core", "FrameworkReference")).Except(["CsvHelper", "MathNet.Numerics", "System.Numerics.Tensors"]));

    [Fact]
    public void Core_uses_no_namespace_of_the_host_or_of_a_database()
    {
        var compiled = typeof(Notifications).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);
        Assert.DoesNotContain(compiled, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || name.Contains("Sqlite", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(Faults(HostNamespace(), "Dashboard.Core"));
    }

    [Fact]
    public void Core_reads_no_file_and_no_clock_but_the_one_it_is_given() => Assert.Empty(Faults(FileOrClock(), "Dashboard.Core"));

    [Fact]
    public void A_room_of_Core_uses_only_rooms_before_it_in_the_loop()
    {
        List<string> faults = [];
        for (var room = 0; room < Loop.Length; room++)
        {
            var folder = Path.Combine(Repository.Root, "src", "Dashboard.Core", Loop[room]);
            if (!Directory.Exists(folder))
                continue;
            foreach (var path in Repository.Sources("src", "Dashboard.Core", Loop[room]))
                foreach (Match used in CoreRoom().Matches(Code(path)))
                    if (Array.IndexOf(Loop, used.Groups["room"].Value) > room)
                        faults.Add($"{Path.GetRelativePath(Repository.Root, path)} is of {Loop[room]} and uses {used.Value}");
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void A_file_of_Core_declares_the_namespace_of_its_folder()
    {
        var source = Path.Combine(Repository.Root, "src");
        var faults = Repository.Sources("src", "Dashboard.Core")
            .Select(path => (Path: Path.GetRelativePath(source, path), Declared: Declaration().Match(Code(path)).Groups["name"].Value))
            .Where(file => file.Declared.Length > 0 && file.Declared != Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '.'));
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_folder_of_Core_is_a_room_of_the_loop() => Assert.Empty(
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "Dashboard.Core")).Select(folder => Path.GetFileName(folder)!).Except([.. Loop, "bin", "obj"]));

    [Fact]
    public void The_scan_sees_a_forbidden_use()
    {
        // The rules above hold only as long as their patterns find what they forbid.
        Assert.Matches(CoreRoom(), "using Dashboard.Core.Monitoring.Drift;");
        Assert.Matches(CoreRoom(), "var x = Core.Serving.Router.Empty;");
        Assert.Matches(FileOrClock(), "DateTimeOffset.UtcNow");
        Assert.Matches(FileOrClock(), "using var f = File.OpenRead(path)");
        Assert.DoesNotMatch(FileOrClock(), "PackageFile.Name");
        Assert.Matches(HostNamespace(), "using Microsoft.AspNetCore.Http;");
    }

    private static List<string> Faults(Regex forbidden, string project) =>
        [.. Repository.Sources("src", project).SelectMany(path => forbidden.Matches(Code(path)).Select(match => $"{Path.GetRelativePath(Repository.Root, path)}: {match.Value}"))];

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    /// <summary>The source without comments: they may name what the code may not use.</summary>
    private static string Code(string path) => Comment().Replace(File.ReadAllText(path), " ");

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bCore\.(?<room>Data|Training|Experiments|Registry|Deployments|Serving|Monitoring|Governance)\b", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex CoreRoom();

    [GeneratedRegex(@"\bMicrosoft\.(AspNetCore|EntityFrameworkCore|Data|Extensions)\b", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex HostNamespace();

    [GeneratedRegex(@"\b(File|Directory|FileInfo|DirectoryInfo|FileStream)\.[A-Z]\w*|\bnew (FileStream|FileInfo|DirectoryInfo)\b|\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bStopwatch\.(StartNew|GetTimestamp)\b|\bEnvironment\.TickCount", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex FileOrClock();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Declaration();
}
