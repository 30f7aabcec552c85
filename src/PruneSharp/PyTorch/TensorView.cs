namespace PruneSharp;

/// <summary>
/// A tensor as PyTorch keeps it: element (i₀, i₁, …) is the storage's element offset + Σ iₖ·strideₖ. Row-major order is a sequence of
/// runs that are contiguous in the storage.
/// </summary>
internal sealed class TensorView
{
    private readonly long[] _strides;
    private readonly long _offset;
    private readonly int _outer;

    /// <summary>Takes a view that has been checked against its storage.</summary>
    public TensorView(TensorStorage storage, long offset, long[] shape, long[] strides, long length)
    {
        Storage = storage;
        Shape = shape;
        Length = length;
        _offset = offset;
        _strides = strides;

        long run = 1;
        int outer = shape.Length;
        for (; outer > 0 && (shape[outer - 1] == 1 || strides[outer - 1] == run); outer--)
            run *= shape[outer - 1];
        (RunBytes, _outer) = (run * storage.Type.Bytes, outer);
    }

    public TensorStorage Storage { get; }

    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Bytes of each run; those of the whole tensor where it is contiguous.</summary>
    public long RunBytes { get; }

    /// <summary>Where a run begins in the storage, in bytes.</summary>
    public long RunStart(long run)
    {
        long element = _offset;
        for (int axis = _outer - 1; axis >= 0; axis--)
        {
            (run, long index) = Math.DivRem(run, Shape[axis]);
            element += index * _strides[axis];
        }

        return element * Storage.Type.Bytes;
    }
}
