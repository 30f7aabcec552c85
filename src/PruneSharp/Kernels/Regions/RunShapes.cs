namespace PruneSharp.Kernels;

/// <summary>The shapes of one run of a region, seen as planes.</summary>
internal sealed class RunShapes
{
    private readonly RegionModel _model;
    private readonly long[] _leading;

    /// <summary>Reads the shapes of a region's inputs.</summary>
    /// <exception cref="ArgumentException">They have the wrong number of axes, or their batches differ.</exception>
    public RunShapes(RegionModel model, long[][] inputs)
    {
        _model = model;
        Inputs = new PlaneShape[inputs.Length];
        _leading = inputs[0].Length == 0 ? [] : model.IsMatrix ? inputs[0][..^1] : inputs[0][..1];
        for (int i = 0; i < inputs.Length; i++)
        {
            long[] shape = inputs[i];
            bool fits = model.IsMatrix ? shape.Length >= 1 && shape.AsSpan(0, shape.Length - 1).SequenceEqual(_leading) : shape.Length == 4 && shape[0] == _leading[0];
            if (!fits) throw new ArgumentException($"The sparse region cannot take [{string.Join(", ", shape)}] for '{model.Inputs[i]}' beside [{string.Join(", ", inputs[0])}].");
            Inputs[i] = model.IsMatrix
                ? new PlaneShape(checked((int)shape[^1]), 1, checked((int)shape.AsSpan(0, shape.Length - 1).Product()))
                : new PlaneShape(checked((int)shape[1]), checked((int)shape[2]), checked((int)shape[3]));
        }

        Dictionary<string, PlaneShape> all = RegionShapes.Of(model, Inputs);
        Outputs = [.. model.Outputs.Select(output => all[output])];
    }

    /// <summary>The inputs of one run.</summary>
    public PlaneShape[] Inputs { get; }

    /// <summary>The outputs of one run.</summary>
    public PlaneShape[] Outputs { get; }

    /// <summary>The shape of an output for a batch of images, or of a matrix.</summary>
    public long[] OutputShape(int output, long batch)
    {
        PlaneShape one = Outputs[output];
        return _model.IsMatrix ? [.. _leading, one.Channels] : [batch, one.Channels, one.Height, one.Width];
    }
}
