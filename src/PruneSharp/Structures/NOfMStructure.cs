namespace PruneSharp;

/// <summary>
/// N:M sparsity (Mishra et al. 2021, arXiv:2104.08378): of every M consecutive input channels, at each kernel position of each output, the N
/// of highest score stay. Where the input channels do not divide evenly, the last group is smaller and still keeps N.
/// </summary>
internal sealed record NOfMStructure : Structure
{
    private const long SlabSize = 1 << 20;

    public NOfMStructure(int n, int m)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, m);
        N = n;
        M = m;
    }

    public int N { get; }

    public int M { get; }

    public override double? FixedSparsity => 1 - (double)N / M;

    public override long UnitCount(WeightTensor tensor) => tensor.Data.Length;

    public override UnitScores Scores(WeightTensor tensor, Criterion criterion, bool zerosFirst) =>
        Unstructured.Scores(tensor, criterion, zerosFirst);

    public override Mask Expand(WeightTensor tensor, Mask units) => Unstructured.Expand(tensor, units);

    public override string ToString() => $"{N}:{M}";

    public override Mask Prune(WeightTensor tensor, Criterion criterion, long count, bool zerosFirst = false, int threads = 0)
    {
        var layout = tensor.Layout;
        var scores = Scores(tensor, criterion, zerosFirst);
        var words = new ulong[Mask.WordCount(layout.Length)];
        long slabs = layout.Shape.Length == 0 ? 1 : layout.Shape[0], step = SlabStep(layout), stride = layout.Length / Math.Max(1, slabs);
        for (long first = 0; first < slabs && layout.Length > 0; first += step)
        {
            var slab = layout.Shape.Length == 0 ? layout : new WeightLayout(layout.Shape.SetItem(0, Math.Min(step, slabs - first)), layout.OutAxes, layout.InAxes, layout.KernelAxes);
            PruneSlab(slab, ReadKeys(scores, first * stride, slab.Length), first * stride, words);
        }

        return new(layout.Shape, words);
    }

    // Groups never reach across these many indices of the slowest storage axis, so a tensor is handled in pieces of about a million
    // weights. Only where several axes count inputs, the slowest among them, does it have to be done at once.
    private long SlabStep(WeightLayout layout)
    {
        if (layout.Shape.Length == 0)
            return 1;
        long stride = Math.Max(1, layout.Length / Math.Max(1, layout.Shape[0])), wanted = Math.Max(1, SlabSize / stride);
        if (!layout.InAxes.Contains(0))
            return wanted;
        return layout.InAxes.Length == 1 ? (wanted + M - 1) / M * M : layout.Shape[0];
    }

    // Groups are visited in the order in which they lie in memory.
    private void PruneSlab(WeightLayout slab, long[] keys, long start, ulong[] words)
    {
        long[] outputs = slab.OutOffsets(), inputs = slab.InOffsets(), kernel = slab.KernelOffsets();
        bool inputsFirst = slab.InAxes.Contains(0);
        int groups = inputs.Length == 0 ? 0 : (inputs.Length - 1) / M + 1, outer = inputsFirst ? groups : outputs.Length, inner = inputsFirst ? outputs.Length : groups;
        Span<long> ranked = M <= 64 ? stackalloc long[M] : new long[Math.Min(M, inputs.Length)];
        for (int i = 0; i < outer; i++)
        {
            foreach (long position in kernel)
            {
                for (int j = 0; j < inner; j++)
                {
                    int first = (inputsFirst ? i : j) * M;
                    KeepHighest(keys, inputs.AsSpan(first, Math.Min(M, inputs.Length - first)), outputs[inputsFirst ? j : i] + position, start, ranked, words);
                }
            }
        }
    }

    // A member stays where fewer than N others rank over it: by score, among equal scores by higher flat index, since the lower one goes
    // first. Counting takes M² comparisons and no branch that depends on the weights.
    private void KeepHighest(long[] keys, ReadOnlySpan<long> inputs, long origin, long start, Span<long> group, ulong[] words)
    {
        for (int member = 0; member < inputs.Length; member++)
            group[member] = keys[origin + inputs[member]];
        for (int member = 0; member < inputs.Length; member++)
        {
            long key = group[member], at = inputs[member];
            int over = 0;
            for (int other = 0; other < inputs.Length; other++)
                over += (group[other] > key ? 1 : 0) | ((group[other] == key ? 1 : 0) & (inputs[other] > at ? 1 : 0));
            long kept = start + origin + at;
            words[kept >> 6] |= (over < N ? 1UL : 0) << (int)kept;
        }
    }

    private static long[] ReadKeys(UnitScores scores, long start, long count)
    {
        if (count > Array.MaxLength)
            throw new ArgumentException($"{scores.Name} needs {count} weights at once for N:M along several input axes; at most {Array.MaxLength} fit.", nameof(count));
        var keys = new long[count];
        for (long first = 0; first < count; first += KeyReader<long>.Block)
        {
            int now = (int)Math.Min(KeyReader<long>.Block, count - first);
            var chunk = scores.Keys64(start + first, now, keys.AsSpan((int)first, now));
            for (int i = 0; i < now; i++)
            {
                long key = chunk[i] & scores.Mask64;
                keys[first + i] = key <= ScoreKey.Infinity64 ? key : throw new NaNScoreException(scores.Name, start + first + i);
            }
        }

        return keys;
    }
}
