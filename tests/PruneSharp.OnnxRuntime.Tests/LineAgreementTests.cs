using PruneSharp.Bench.LineAgreement;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class LineAgreementTests
{
    [Fact]
    public void The_line_detector_still_finds_its_lines_at_20_percent_global()
    {
        string model = Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx"), folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;
        string path = Path.Combine(folder, "pruned.onnx");
        OnnxPruner.Prune(model, path, new() { Amount = 0.2, Targets = Recipe.Targets });
        using (LineDetector dense = new(model), pruned = new(path))
        {
            int lines = 0, again = 0;
            for (int seed = 0; seed < 5; seed++)
            {
                var picture = Picture.Draw(seed);
                var found = dense.Find(picture);
                lines += found.Count;
                again += LineDetector.Matches(found, pruned.Find(picture), 4);
            }

            Assert.True(lines >= 50 && again >= 0.95 * lines, $"{again} of {lines} lines found again");
        }

        Directory.Delete(folder, recursive: true);
    }
}
