using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PruneSharp.Tests;

public sealed partial class ArchitectureTests
{
    [Fact]
    public void Project_references_match_the_table_in_docs()
    {
        string root = Root();
        var allowed = File.ReadLines(Path.Combine(root, "docs", "architecture.md"))
            .Select(line => Row().Match(line)).Where(m => m.Success)
            .ToDictionary(m => m.Groups["project"].Value, m => m.Groups["may"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Order().ToArray());
        var actual = Directory.GetDirectories(Path.Combine(root, "src")).Select(folder => Path.GetFileName(folder)).Where(name => name != "OrtApi")
            .ToDictionary(name => name, name => Reference().Matches(File.ReadAllText(Path.Combine(root, "src", name, name + ".csproj")))
                .Select(m => m.Groups["name"].Value).Where(n => n != "Grpc.Tools").Order().ToArray());
        Assert.Equal(allowed.Keys.Order(), actual.Keys.Order());
        Assert.All(actual, project => Assert.Equal(allowed[project.Key], project.Value));
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex(@"^\| `(?<project>[\w.]+)` \| [^|]* \| (?<may>[^|]*?) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("""(ProjectReference Include="\.\./(?<name>[\w.]+)/|PackageReference Include="(?<name>[\w.]+)")""")]
    private static partial Regex Reference();
}
