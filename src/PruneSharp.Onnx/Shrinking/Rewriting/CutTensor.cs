using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Constants with fewer indices, read and written piece by piece.</summary>
internal static class CutTensor
{
    /// <summary>A constant with only the kept indices of each axis.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">The constant.</param>
    /// <param name="name">Its name in the output.</param>
    /// <param name="kept">By axis, the indices that stay, ascending; not empty where the tensor has axes.</param>
    public static PayloadTensor Of(OnnxModel model, GraphTensor tensor, string name, IReadOnlyList<IReadOnlyList<int>> kept)
    {
        var stored = tensor.Stored!;
        int size = TensorBytes.ElementBytes(stored);
        var dims = kept.Select(k => (long)k.Count).ToArray();
        long length = dims.Aggregate(1L, (product, dim) => product * dim);
        return new(Header(stored, name, stored.Proto.Dims.Count == tensor.Rank ? dims : [length]), length * size, () => Pieces(model, tensor, size, kept));
    }

    /// <summary>A header like the stored tensor's, for values in raw_data.</summary>
    public static TensorProto Header(StoredTensor tensor, string name, IEnumerable<long> dims) => new()
    {
        Name = name,
        DataType = tensor.Proto.DataType,
        Dims = { dims },
        DocString = tensor.Proto.DocString,
    };

    // One index of the first axis after the other; inside it, runs of the last axes that stay whole are copied together.
    private static IEnumerable<byte[]> Pieces(OnnxModel model, GraphTensor tensor, int size, IReadOnlyList<IReadOnlyList<int>> kept)
    {
        var dims = tensor.Dims!;
        var (source, offset) = TensorBytes.Open(model, tensor.Stored!);
        if (dims.Count == 0)
        {
            var scalar = new byte[size];
            source.Read(offset, scalar);
            yield return scalar;
            yield break;
        }

        long slab = dims.Skip(1).Aggregate((long)size, (product, dim) => product * dim);
        var whole = new byte[slab];
        long part = kept.Skip(1).Aggregate((long)size, (product, k) => product * k.Count);
        foreach (int index in kept[0])
        {
            source.Read(offset + (index * slab), whole);
            var piece = new byte[part];
            int written = 0;
            Copy(whole, piece, 1, 0, ref written);
            yield return piece;
        }

        void Copy(byte[] from, byte[] to, int axis, long at, ref int written)
        {
            long run = dims.Skip(axis).Aggregate((long)size, (product, dim) => product * dim);
            if (Enumerable.Range(axis, dims.Count - axis).All(a => kept[a].Count == dims[a]))
            {
                Array.Copy(from, at, to, written, run);
                written += (int)run;
                return;
            }

            long stride = run / dims[axis];
            foreach (int index in kept[axis])
                Copy(from, to, axis + 1, at + (index * stride), ref written);
        }
    }
}
