using System.Runtime.CompilerServices;

namespace PruneSharp.Tests;

public sealed class ReadmeTests
{
    [Theory]
    [InlineData(1, "prune-model.cs")]
    [InlineData(2, "accelerate-model.cs")]
    [InlineData(3, "train-prune-deploy.cs")]
    [InlineData(4, "export-onnx.cs")]
    public void The_code_in_the_readme_is_in_a_sample_that_is_built(int block, string sample)
    {
        string root = Root(), readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string code = readme.Split("```csharp\n")[block].Split("```")[0];
        Assert.Contains(code, File.ReadAllText(Path.Combine(root, "samples", sample)));
    }

    [Fact]
    public void The_code_in_the_page_on_training_is_in_its_sample()
    {
        string[] blocks = [.. Docs("training.md").Split("```csharp\n").Skip(1).Select(b => b.Split("```")[0])];
        string sample = File.ReadAllText(Path.Combine(Root(), "samples", "sparse-training.cs"));
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, sample));
    }

    [Fact]
    public void The_plan_in_the_page_on_training_can_be_read()
    {
        var plan = PlanJson.Read(Docs("training.md").Split("```json\n")[1].Split("```")[0]);
        Assert.Equal((Schedule.Cubic(0.95, 0, 5000) with { Frequency = 50 }, "erk"), (plan.Schedule, plan.Allocation.Name));
    }

    [Fact]
    public void The_plan_in_the_docs_can_be_read()
    {
        Assert.Equal(0.4, PlanJson.Read(Docs("choosing.md").Split("```json\n")[1].Split("```")[0]).Amount);
    }

    private static string Docs(string page) => File.ReadAllText(Path.Combine(Root(), "docs", page));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
