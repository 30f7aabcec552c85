namespace PruneSharp.Kernels;

/// <summary>The shapes of all values of a region, from those of its inputs.</summary>
internal static class RegionShapes
{
    /// <summary>Computes the shapes.</summary>
    /// <exception cref="ArgumentException">The inputs do not fit the layers.</exception>
    public static Dictionary<string, PlaneShape> Of(RegionModel model, IReadOnlyList<PlaneShape> inputShapes)
    {
        Dictionary<string, PlaneShape> shapes = [];
        for (int i = 0; i < model.Inputs.Length; i++) shapes[model.Inputs[i]] = inputShapes[i];
        foreach (RegionOperation operation in model.Operations) shapes[operation.Output] = Of(operation, shapes);
        return shapes;
    }

    private static PlaneShape Of(RegionOperation operation, Dictionary<string, PlaneShape> shapes)
    {
        PlaneShape first = shapes[operation.Inputs[0]];
        switch (operation)
        {
            case WeightOperation layer:
                ConvShape shape = layer.Pattern.Shape;
                if (first.Channels != shape.InChannels)
                    throw new ArgumentException($"{layer.Node} takes {shape.InChannels} channels; {operation.Inputs[0]} has {first.Channels}.");
                PlaneShape made = Window(first, shape);
                if (layer.HasResidual) Same(layer.Node, made, shapes[layer.Inputs[1]]);
                return made;
            case MaximumOperation maximum:
                return Window(first, maximum.Window with { OutChannels = first.Channels });
            case MeanOperation:
                return new PlaneShape(first.Channels, 1, 1);
            case AddOperation:
                Same(operation.Output, first, shapes[operation.Inputs[1]]);
                return first;
            case ScaleOperation:
                Same(operation.Output, new PlaneShape(first.Channels, 1, 1), shapes[operation.Inputs[1]]);
                return first;
            default:
                return first;
        }
    }

    private static PlaneShape Window(PlaneShape input, ConvShape window) =>
        new(window.OutChannels, window.OutHeight(input.Height), window.OutWidth(input.Width));

    private static void Same(string where, PlaneShape expected, PlaneShape found)
    {
        if (found != expected) throw new ArgumentException($"{where}: {Text(expected)} cannot take {Text(found)}.");
    }

    private static string Text(PlaneShape shape) => $"[{shape.Channels}, {shape.Height}, {shape.Width}]";
}
