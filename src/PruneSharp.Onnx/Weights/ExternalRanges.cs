namespace PruneSharp.Onnx;

/// <summary>
/// Which tensors share bytes of external files. Weights that name exactly the same bytes as the same type are one weight with several names; any
/// other overlap makes all of them untouchable.
/// </summary>
internal sealed class ExternalRanges
{
    private readonly List<(string Path, long Start, long End, StoredTensor Tensor, string Name, bool IsWeight)> _ranges = [];

    /// <summary>Notes a tensor's bytes.</summary>
    public void Add(ExternalLocation location, long bytes, StoredTensor tensor, string name, bool isWeight) =>
        _ranges.Add((location.Path, location.Offset, location.Offset + bytes, tensor, name, isWeight));

    /// <summary>For each weight that is not alone with its bytes, what is to be done with it.</summary>
    /// <returns>A reason to leave it alone, or for a further name of the same weight the tensor that stands for it.</returns>
    public IReadOnlyDictionary<StoredTensor, (string Reason, StoredTensor? Main)> Conflicts()
    {
        var conflicts = new Dictionary<StoredTensor, (string, StoredTensor?)>(ReferenceEqualityComparer.Instance);
        foreach (var file in _ranges.GroupBy(r => r.Path, StringComparer.Ordinal))
        {
            var sorted = file.OrderBy(r => r.Start).ToList(); // stable: file order among equal starts
            for (int first = 0; first < sorted.Count;)
            {
                int next = first + 1;
                for (long end = sorted[first].End; next < sorted.Count && sorted[next].Start < end; next++)
                    end = Math.Max(end, sorted[next].End);
                var cluster = sorted[first..next];
                var main = cluster[0];
                bool same = cluster.All(r => r.IsWeight && r.End == main.End && r.Start == main.Start && r.Tensor.ElementType == main.Tensor.ElementType);
                foreach (var range in cluster.Where(r => cluster.Count > 1 && r.IsWeight && !(same && r.Tensor == main.Tensor)))
                {
                    string other = range.Tensor == main.Tensor ? cluster[1].Name : main.Name;
                    conflicts[range.Tensor] = same
                        ? ($"shares its bytes with {main.Name}, which is pruned once for both", main.Tensor)
                        : ($"its bytes in {Path.GetFileName(range.Path)} overlap those of {other}", null);
                }

                first = next;
            }
        }

        return conflicts;
    }
}
