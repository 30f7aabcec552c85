using System.Runtime.CompilerServices;

namespace PruneSharp.Tests;

public sealed class ReadmeTests
{
    [Theory]
    [InlineData(1, "prune-model.cs")]
    [InlineData(2, "accelerate-model.cs")]
    [InlineData(3, "export-onnx.cs")]
    public void The_code_in_the_readme_is_in_a_sample_that_is_built(int block, string sample)
    {
        string root = Root(), readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string code = readme.Split("```csharp\n")[block].Split("```")[0];
        Assert.Contains(code, File.ReadAllText(Path.Combine(root, "samples", sample)));
    }

    [Fact]
    public void The_plan_in_the_docs_can_be_read()
    {
        string docs = File.ReadAllText(Path.Combine(Root(), "docs", "choosing.md"));
        Assert.Equal(0.4, PlanJson.Read(docs.Split("```json\n")[1].Split("```")[0]).Amount);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
