using System.Numerics.Tensors;

namespace PruneSharp.Onnx;

/// <summary>Distances between the units of a family: each is the vector of its slices of all weights.</summary>
internal static class MedianDistances
{
    /// <summary>By unit, the sum of the Euclidean distances to all others; the least is nearest to the geometric median.</summary>
    /// <exception cref="NaNScoreException">A weight is no number.</exception>
    public static double[] Of(OnnxModel model, UnitFamily family)
    {
        int count = family.Units.Count;
        var sums = new double[count];
        var squares = new double[count, count];
        foreach (var group in family.Units.SelectMany((unit, i) => unit.Cells.Where(SliceSums.IsWeight).Select(cells => (Unit: i, Cells: cells))).GroupBy(c => (c.Cells.Tensor, c.Cells.Axis)))
            Add(model, group.Key.Tensor, group.Key.Axis, [.. group.Select(g => (g.Unit, g.Cells.Indices))], squares);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
                sums[i] += Math.Sqrt(squares[Math.Min(i, j), Math.Max(i, j)]);
        return sums;
    }

    private static void Add(OnnxModel model, GraphTensor tensor, int axis, IReadOnlyList<(int Unit, IReadOnlyList<int> Indices)> slices, double[,] squares)
    {
        double[] values = ConstantValues.All(model, tensor);
        if (Array.FindIndex(values, double.IsNaN) is >= 0 and var bad)
            throw new NaNScoreException(tensor.Name, bad);
        int inner = tensor.Dims!.Skip(axis + 1).Aggregate(1, (product, dim) => product * dim), size = tensor.Dims![axis], outer = values.Length / (inner * size);
        var vectors = slices.Select(slice => Vector(slice.Indices)).ToList();
        for (int i = 0; i < slices.Count; i++)
        {
            for (int j = i + 1; j < slices.Count; j++)
            {
                float distance = vectors[i].Length == vectors[j].Length ? TensorPrimitives.Distance<float>(vectors[i], vectors[j]) : 0;
                squares[Math.Min(slices[i].Unit, slices[j].Unit), Math.Max(slices[i].Unit, slices[j].Unit)] += (double)distance * distance;
            }
        }

        float[] Vector(IReadOnlyList<int> indices)
        {
            var vector = new float[outer * indices.Count * inner];
            int at = 0;
            for (int o = 0; o < outer; o++)
                foreach (int index in indices)
                    for (int i = 0; i < inner; i++)
                        vector[at++] = (float)values[(((long)o * size) + index) * inner + i];
            return vector;
        }
    }
}
