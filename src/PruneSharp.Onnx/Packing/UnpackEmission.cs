using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Adds one weight to a scope in the encoding that was chosen for it.</summary>
internal static class UnpackEmission
{
    /// <summary>Adds a planned weight; not one that stays dense.</summary>
    public static void Add(UnpackScope scope, PlannedWeight planned) => Add(scope, planned.Weight, planned.Positions);

    /// <summary>Adds a weight.</summary>
    public static void Add(UnpackScope scope, PackableWeight weight, PositionEncoding positions)
    {
        if (positions.IsSparseInitializer)
            AddSparse(scope, weight, positions == PositionEncoding.SparseInitializer);
        else
            UnpackGraph.Add(scope, weight, positions);
    }

    private static void AddSparse(UnpackScope scope, PackableWeight weight, bool wide)
    {
        var chunks = Enumerable.Range(0, weight.Statistics.Count);
        var values = new TensorProto { Name = weight.Weight.ValueName, DataType = (int)UnpackGraph.OnnxType(weight.Type), Dims = { weight.Survivors } };
        var indices = new TensorProto { DataType = (int)(wide ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Int32), Dims = { weight.Survivors } };
        scope.Sparse.Add(new(
            new(values, weight.Survivors * weight.Type.Bytes(), () => chunks.Select(weight.ValueBytes)),
            new(indices, weight.Survivors * (wide ? sizeof(long) : sizeof(int)), () => chunks.Select(c => Indices(weight, c, wide))),
            weight.Weight.Shape));
    }

    private static byte[] Indices(PackableWeight weight, int chunk, bool wide)
    {
        long first = (long)chunk * SparseChunk.MostLength;
        var positions = weight.Chunks.Chunk(chunk).Positions;
        if (!wide)
        {
            var narrow = new int[positions.Length];
            for (int i = 0; i < narrow.Length; i++)
                narrow[i] = (int)(first + positions[i]);
            return MemoryMarshal.AsBytes<int>(narrow).ToArray();
        }

        var indices = new long[positions.Length];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = first + positions[i];
        return MemoryMarshal.AsBytes<long>(indices).ToArray();
    }
}
