using System.Runtime.CompilerServices;

namespace PruneSharp.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_code_in_the_readme_is_the_sample_that_is_built()
    {
        string root = Root(), readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string code = readme.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(code, File.ReadAllText(Path.Combine(root, "samples", "prune-model.cs")));
    }

    [Fact]
    public void The_plan_in_the_docs_can_be_read()
    {
        string docs = File.ReadAllText(Path.Combine(Root(), "docs", "choosing.md"));
        Assert.Equal(0.4, PlanJson.Read(docs.Split("```json\n")[1].Split("```")[0]).Amount);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
