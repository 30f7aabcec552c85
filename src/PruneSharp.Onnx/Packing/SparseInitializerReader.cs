using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads the standard's sparse tensors: values, and indices as flat positions [n] or coordinates [n, rank].</summary>
internal static class SparseInitializerReader
{
    private const long MostWeights = 1L << 40;

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidModelException">Values, indices and dims do not fit each other.</exception>
    public static PackedWeight Read(OnnxModel model, SparseTensorProto sparse, WireMessage graph, string key)
    {
        string name = sparse.Values?.Name ?? "";
        InvalidModelException Bad(string problem) => new(model.Name, $"sparse initializer {name} at byte {model.Places[sparse].TagStart}: {problem}.");
        if (sparse.Values is null || sparse.Indices is null || model.Tensors[sparse.Values].ElementType is null)
            throw Bad("it holds no floating-point values with indices");
        long length = 1;
        foreach (long dim in sparse.Dims)
            length = dim >= 0 && (dim == 0 || length <= MostWeights / dim) ? length * dim : throw Bad($"its shape [{string.Join(", ", sparse.Dims)}] is impossible or too large");
        var values = TensorData.Of(model, model.Tensors[sparse.Values]);
        bool coordinates = sparse.Indices.Dims.Count == 2;
        int rank = coordinates ? sparse.Dims.Count : 1;
        if (sparse.Values.Dims.Count != 1 || sparse.Indices.Dims.Count is not (1 or 2) || sparse.Indices.Dims[0] != values.Length || (coordinates && sparse.Indices.Dims[1] != rank))
            throw Bad($"{values.Length} values cannot have indices of shape [{string.Join(", ", sparse.Indices.Dims)}]");
        bool wide = sparse.Indices.DataType == (int)TensorProto.Types.DataType.Int64;
        var read = TensorIntegers.Of(model, sparse.Indices, name);
        return new(
            key, name, sparse.Dims, new SparseInitializerData(values, length, Indices),
            (wide ? PositionEncoding.SparseInitializer : PositionEncoding.SparseInitializerInt32).Name, ValueEncoding.Exact.Name, graph, [], sparse);

        long[] Indices()
        {
            long[] stored = read(), flat = new long[values.Length];
            for (int i = 0; i < flat.Length; i++)
            {
                for (int axis = 0; axis < rank; axis++)
                {
                    long coordinate = stored[i * rank + axis], bound = coordinates ? sparse.Dims[axis] : length;
                    if (coordinate < 0 || coordinate >= bound)
                        throw Bad($"index {i} is {coordinate}, outside of [0, {bound})");
                    flat[i] = flat[i] * (coordinates ? bound : 1) + coordinate;
                }

                if (i > 0 && flat[i] <= flat[i - 1])
                    throw Bad($"index {i} does not come behind the one before; the standard wants them ascending");
            }

            return flat;
        }
    }
}
