using System.Collections.Immutable;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The shapes of a model's values in the terms of the sparse engine, inferred without running it.</summary>
internal static class LayerShapes
{
    /// <summary>
    /// The shapes by name. What changes with the sizes of the inputs is negative: below -1 the same number for what has the same size in every sample, the last of which gives
    /// every dynamic dimension a size of its own; -1 where a value cannot be inferred in that one.
    /// </summary>
    public static Dictionary<string, ImmutableArray<long>> Of(OnnxModel model)
    {
        var samples = StaticShapes.Infer(model).Samples;
        var unlike = samples.Count > 1 ? StaticShapes.Infer(model, [UnlikeSizes(model.Proto.Graph)]).Samples[0] : samples[0];
        var shapes = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        var numbers = new Dictionary<(long, long, long), long>();
        foreach (var (name, tensor) in samples[0])
        {
            var all = samples.Select(s => s.GetValueOrDefault(name)?.Dims).ToArray();
            if (!all.All(dims => dims?.Count == tensor.Dims.Count))
                continue;
            var last = unlike.GetValueOrDefault(name)?.Dims is { } found && found.Count == tensor.Dims.Count ? found : null;
            shapes[name] = [.. tensor.Dims.Select((size, axis) => Number(size, all[^1]![axis], last is null ? null : last[axis]))];
        }

        return shapes;

        long Number(long first, long second, long? third)
        {
            if (first == second && (third ?? first) == first)
                return first;
            if (third is null)
                return -1;
            if (!numbers.TryGetValue((first, second, third.Value), out long number))
                numbers[(first, second, third.Value)] = number = -2 - numbers.Count;
            return number;
        }
    }

    // Channels of images are left to be chosen.
    private static Dictionary<string, long> UnlikeSizes(GraphProto graph)
    {
        const long Batch = 5, Image = 128, ImageStep = 32, Rows = 40, RowStep = 8;
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var input in graph.Input)
        {
            var dims = input.Type?.TensorType?.Shape?.Dim ?? [];
            for (int axis = 0; axis < dims.Count; axis++)
            {
                if ((dims[axis].HasDimValue && dims[axis].DimValue >= 0) || (dims.Count == 4 && axis == 1))
                    continue;
                bool isBatch = axis == 0 || dims[axis].DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase);
                long size = isBatch ? Batch + sizes.Count : dims.Count == 4 ? Image + ImageStep * sizes.Count : Rows + RowStep * sizes.Count;
                sizes.TryAdd(dims[axis].DimParam.Length > 0 ? dims[axis].DimParam : $"{input.Name}.{axis}", size);
            }
        }

        return sizes;
    }
}
