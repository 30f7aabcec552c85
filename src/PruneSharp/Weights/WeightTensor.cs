namespace PruneSharp;

/// <summary>One named tensor of weights: its stored values and how they map to outputs, inputs and kernel positions.</summary>
public sealed class WeightTensor
{
    /// <summary>Creates a tensor over existing data.</summary>
    /// <exception cref="ArgumentException">The layout's shape does not hold exactly the data's weights.</exception>
    public WeightTensor(string name, WeightData data, WeightLayout layout)
    {
        if (layout.Length != data.Length)
            throw new ArgumentException($"{name} has shape [{string.Join(", ", layout.Shape)}] = {layout.Length} weights; the data holds {data.Length}.", nameof(layout));
        Name = name;
        Data = data;
        Layout = layout;
    }

    /// <summary>The name that plans, reports and errors use.</summary>
    public string Name { get; }

    /// <summary>The stored values.</summary>
    public WeightData Data { get; }

    /// <summary>How the storage maps to the canonical view.</summary>
    public WeightLayout Layout { get; }

    /// <summary>A float32 tensor in the layout of Linear and Conv weights, [out, in, kernel …]; the array is not copied.</summary>
    public static WeightTensor Of(string name, ReadOnlyMemory<float> values, params IEnumerable<long> shape) =>
        new(name, WeightData.Of(values), WeightLayout.Plain(shape));
}
