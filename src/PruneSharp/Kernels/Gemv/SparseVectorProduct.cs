using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>
/// <c>y = W x + b</c> for one input vector and pruned weights <c>W [out, in]</c> in float32, packed once and run often.
/// Rows are packed in groups of 4 or 8, one row a lane; a group is what one pass of the kernel's outer loop does.
/// A pruned weight does not exist: an infinite or NaN input where a row has pruned its weight may or may not reach that row's output,
/// and where the row keeps its weight the output is infinite or NaN, though perhaps not which of the two the dense product gives.
/// Infinite and NaN weights are kept exactly.
/// </summary>
internal abstract unsafe class SparseVectorProduct : IDisposable
{
    private const int MaxPartCount = 64;
    private readonly List<PackedMemory> _memory = [];
    private int[] _parts = [0];
    private bool _disposed;

    /// <summary>Keeps the sizes.</summary>
    protected SparseVectorProduct(SparseRows rows, string format) =>
        (OutCount, InCount, Format) = (rows.OutCount, rows.InCount, format);

    /// <summary>Outputs.</summary>
    public int OutCount { get; }

    /// <summary>Inputs.</summary>
    public int InCount { get; }

    /// <summary>The name of the format, such as <c>window</c> or <c>4x1 blocks</c>.</summary>
    public string Format { get; }

    /// <summary>The size of the packed weights and what belongs to them.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many pieces of about equal work it can be cut in; 0 when there are no outputs.</summary>
    public int PartCount => _parts.Length - 1;

    /// <summary>Packs weights in the format that their pattern makes the fastest.</summary>
    /// <param name="weights">All weights <c>[out, in]</c>, row-major; both zeros are pruned.</param>
    /// <param name="bias">What is added to each output, or empty.</param>
    /// <param name="outCount">Outputs, 0 or more.</param>
    /// <param name="inCount">Inputs, 0 or more.</param>
    /// <param name="storage">How weights are held.</param>
    public static SparseVectorProduct Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outCount, int inCount,
        ValueStorage storage = ValueStorage.Float32)
    {
        var rows = VectorProductPacking.RowsOf(weights, bias, outCount, inCount);
        return VectorProductPacking.Pack(rows, bias, VectorProductChoice.Of(rows, storage), storage);
    }

    /// <summary>Packs weights in a given format; what does not fit the format's needs (see its members) becomes interleaved rows.</summary>
    /// <inheritdoc cref="Pack(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, ValueStorage)"/>
    public static SparseVectorProduct Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outCount, int inCount,
        VectorProductFormat format, ValueStorage storage = ValueStorage.Float32) =>
        VectorProductPacking.Pack(VectorProductPacking.RowsOf(weights, bias, outCount, inCount), bias, format, storage);

    /// <summary>Computes the outputs of some parts and writes no others; parts may run in any order and at the same time.</summary>
    /// <param name="x">All <see cref="InCount"/> inputs; need not be aligned.</param>
    /// <param name="y">Where all <see cref="OutCount"/> outputs lie; must not overlap <paramref name="x"/>.</param>
    /// <param name="firstPart">The first part, 0-based.</param>
    /// <param name="partEnd">The part after the last.</param>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public void Run(float* x, float* y, int firstPart, int partEnd)
    {
        CheckParts(firstPart, partEnd);
        Invoke(x, y, _parts[firstPart], _parts[partEnd]);
        GC.KeepAlive(this);
    }

    /// <summary>The same, by the reference.</summary>
    public void RunScalar(float* x, float* y, int firstPart, int partEnd)
    {
        CheckParts(firstPart, partEnd);
        Scalar(x, y, _parts[firstPart], _parts[partEnd]);
        GC.KeepAlive(this);
    }

    /// <summary>Frees the packed weights; nothing may be running.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var memory in _memory) memory.Dispose();
    }

    /// <summary>Runs groups the fastest way that this machine has.</summary>
    protected abstract void Invoke(float* x, float* y, int group, int groupEnd);

    /// <summary>Runs groups one weight after the other: the reference.</summary>
    protected abstract void Scalar(float* x, float* y, int group, int groupEnd);

    /// <summary>Zeroed memory that lives as long as this.</summary>
    protected T* Allocate<T>(long count) where T : unmanaged
    {
        var memory = new PackedMemory(count * sizeof(T));
        _memory.Add(memory);
        Bytes += count * sizeof(T);
        return (T*)memory.Start;
    }

    /// <summary>Cuts the groups in parts of about equal work.</summary>
    /// <param name="groupStarts">The work before each group, and at last all of it.</param>
    protected void CutParts(ReadOnlySpan<int> groupStarts)
    {
        int groupCount = groupStarts.Length - 1, partCount = Math.Min(groupCount, MaxPartCount);
        _parts = new int[partCount + 1];
        for (int part = 1, group = 0; part <= partCount; part++)
        {
            long target = (long)groupStarts[groupCount] * part / partCount;
            group++;
            while (group < groupCount - (partCount - part) && groupStarts[group] < target) group++;
            _parts[part] = group;
        }
        if (partCount > 0) _parts[partCount] = groupCount;
    }

    private void CheckParts(int firstPart, int partEnd, [CallerMemberName] string method = "")
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if ((uint)firstPart > (uint)partEnd || partEnd > PartCount)
            throw new ArgumentOutOfRangeException(nameof(partEnd), $"{method} got parts {firstPart} to {partEnd} of {PartCount}.");
    }
}
