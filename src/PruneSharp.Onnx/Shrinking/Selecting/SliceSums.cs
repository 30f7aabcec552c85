namespace PruneSharp.Onnx;

/// <summary>Sums of scores over the slices of constants; each constant is read once for a criterion.</summary>
internal sealed class SliceSums(OnnxModel model)
{
    private const int Chunk = 1 << 16;

    private readonly Dictionary<(StoredTensor Tensor, Criterion Criterion), double[][]> _sums = [];

    /// <summary>Whether the constant has weights to rank by: floating-point or quantised values of at least two axes.</summary>
    public static bool IsWeight(UnitCells cells) => cells.Tensor.Rank > 1 && ConstantValues.CanRead(cells.Tensor.Stored!);

    /// <summary>The sum over some indices of an axis.</summary>
    /// <exception cref="NaNScoreException">A weight is no number.</exception>
    public double Of(UnitCells cells, Criterion criterion)
    {
        var sums = _sums.TryGetValue((cells.Tensor.Stored!, criterion), out var known) ? known : _sums[(cells.Tensor.Stored!, criterion)] = Sum(cells.Tensor, criterion);
        double sum = 0;
        foreach (int index in cells.Indices)
            sum += sums[cells.Axis][index];
        return sum;
    }

    private double[][] Sum(GraphTensor tensor, Criterion criterion)
    {
        var dims = tensor.Dims!;
        double[][] sums = [.. dims.Select(dim => new double[dim])];
        long length = dims.Aggregate(1L, (product, dim) => product * dim);
        criterion.Check(tensor.Name, length);
        var values = ConstantValues.Open(model, tensor);
        double[] weights = new double[Chunk], scores = new double[Chunk];
        var index = new int[dims.Count];
        int last = dims.Count - 1;
        for (long first = 0; first < length; first += Chunk)
        {
            int count = (int)Math.Min(Chunk, length - first);
            values.Read(first, weights.AsSpan(0, count));
            criterion.Score(tensor.Name, first, weights.AsSpan(0, count), scores.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                if (double.IsNaN(scores[i]))
                    throw new NaNScoreException(tensor.Name, first + i);
                for (int axis = 0; axis <= last; axis++)
                    sums[axis][index[axis]] += scores[i];
                for (int axis = last; axis >= 0 && ++index[axis] == dims[axis]; axis--)
                    index[axis] = 0;
            }
        }

        return sums;
    }
}
