using System.Runtime.CompilerServices;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class SupportedModulesTests
{
    [Fact]
    public void Docs_list_every_module_and_what_it_becomes()
    {
        string docs = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "docs", "export.md"));
        string[] rows = [.. File.ReadLines(docs).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        string[] expected = [.. ModuleRules.All.Select(rule => $"| `{rule.Type.Name}` | {rule.Operators} |")];
        Assert.True(rows.SequenceEqual(expected), "The table of docs/export.md should be:\n" + string.Join('\n', expected));
    }

    [Fact]
    public void Every_module_has_a_case_that_runs_it()
    {
        ExportCase[] cases =
        [
            .. ActivationExportTests.Cases, .. LinearExportTests.Cases, .. ConvolutionExportTests.Cases, .. NormalizationExportTests.Cases, .. PoolingExportTests.Cases,
            .. ShapeExportTests.Cases, .. RecurrentExportTests.Cases, .. AttentionExportTests.Cases, .. CompositionExportTests.Cases,
        ];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var test in cases)
        {
            using var module = test.Make();
            seen.UnionWith(new ModulePaths(module).All.Select(m => m.Module.GetType().Name));
        }

        Assert.Empty(OnnxExport.Modules.Except(seen));
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
