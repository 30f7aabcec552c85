using System.Buffers.Binary;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads the standard's sparse tensors: values, and indices as flat positions [n] or coordinates [n, rank].</summary>
internal static class SparseInitializerReader
{
    // Dense weights that are unpacked in memory.
    private const long MostBytes = 1L << 31;

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidModelException">Values, indices and dims do not fit each other.</exception>
    public static PackedWeight Read(OnnxModel model, SparseTensorProto sparse, WireMessage graph, string key)
    {
        string name = sparse.Values?.Name ?? "";
        InvalidModelException Bad(string problem) => new(model.Name, $"sparse initializer {name}: {problem}.");
        if (sparse.Values is null || sparse.Indices is null || model.Tensors[sparse.Values].ElementType is not { } type)
            throw Bad("it holds no floating-point values with indices");
        long length = 1;
        foreach (long dim in sparse.Dims)
            length = dim >= 0 && (dim == 0 || length <= MostBytes / dim) ? length * dim : throw Bad($"its shape [{string.Join(", ", sparse.Dims)}] is impossible or too large");
        if (length * type.Bytes() >= MostBytes)
            throw Bad($"its {length * type.Bytes()} dense bytes are more than unpacking takes");
        var values = TensorData.Of(model, model.Tensors[sparse.Values]);
        int rank = sparse.Indices.Dims.Count == 2 ? sparse.Dims.Count : 1;
        if (sparse.Values.Dims.Count != 1 || sparse.Indices.Dims.Count is not (1 or 2) || sparse.Indices.Dims[0] != values.Length || (sparse.Indices.Dims.Count == 2 && sparse.Indices.Dims[1] != rank))
            throw Bad($"{values.Length} values cannot have indices of shape [{string.Join(", ", sparse.Indices.Dims)}]");
        bool wide = sparse.Indices.DataType == (int)TensorProto.Types.DataType.Int64;
        var bytes = PayloadBytes.Of(model, sparse.Indices, TensorProto.Types.DataType.Int64, TensorProto.Types.DataType.Int32);
        return new(key, name, sparse.Dims, new LazyWeightData(type, length, Dense), (wide ? PositionEncoding.SparseInitializer : PositionEncoding.SparseInitializerInt32).Name, ValueEncoding.Exact.Name, graph, [], sparse);

        byte[] Dense()
        {
            byte[] indices = bytes();
            int size = type.Bytes();
            var dense = new byte[length * size];
            var stored = new byte[values.Length * size];
            values.Read(0, (int)values.Length, stored).CopyTo(stored);
            long last = -1;
            for (int i = 0; i < values.Length; i++)
            {
                long index = 0;
                for (int axis = 0; axis < rank; axis++)
                {
                    int at = i * rank + axis;
                    long coordinate = wide ? BinaryPrimitives.ReadInt64LittleEndian(indices.AsSpan(at * sizeof(long))) : BinaryPrimitives.ReadInt32LittleEndian(indices.AsSpan(at * sizeof(int)));
                    long bound = sparse.Indices.Dims.Count == 2 ? sparse.Dims[axis] : length;
                    if (coordinate < 0 || coordinate >= bound)
                        throw Bad($"index {i} is {coordinate}, outside of [0, {bound})");
                    index = index * (sparse.Indices.Dims.Count == 2 ? bound : 1) + coordinate;
                }

                if (index <= last)
                    throw Bad($"index {i} does not come behind the one before; the standard wants them ascending");
                last = index;
                stored.AsSpan(i * size, size).CopyTo(dense.AsSpan((int)index * size));
            }

            return dense;
        }
    }
}
