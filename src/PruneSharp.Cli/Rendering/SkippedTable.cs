using PruneSharp.Onnx;

namespace PruneSharp.Cli.Rendering;

/// <summary>What is not pruned, one line a reason.</summary>
internal static class SkippedTable
{
    public static void Write(IReadOnlyList<SkippedTensor> skipped, TextWriter writer)
    {
        if (skipped.Count == 0)
            return;
        writer.WriteLine();
        writer.WriteLine("Left alone:");
        foreach (var group in skipped.GroupBy(s => s.Reason, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            string more = group.Count() > 2 ? ", …" : "";
            writer.WriteLine($"  {group.Count(),4}  {Text.Plain(group.Key)}: {string.Join(", ", group.Take(2).Select(s => Text.Name(s.Name)))}{more}");
        }

        int packed = skipped.Count(s => s.Reason.StartsWith(ModelWeights.PackedReason, StringComparison.Ordinal));
        if (packed > 0)
            writer.WriteLine($"{packed} weights of this model are packed: prunesharp unpack makes them dense, to be seen and pruned.");
    }
}
