namespace PruneSharp.Onnx;

/// <summary>One floating-point initializer of a model's main graph, whatever it is used for.</summary>
public sealed class OnnxInitializer
{
    internal OnnxInitializer(StoredTensor stored, WeightData data)
    {
        Stored = stored;
        Data = data;
    }

    /// <summary>Its name.</summary>
    public string Name => Stored.Proto.Name;

    /// <summary>Stored dimensions.</summary>
    public IReadOnlyList<long> Shape => Stored.Proto.Dims;

    /// <summary>Its values, row-major; read when they are asked for.</summary>
    public WeightData Data { get; }

    internal StoredTensor Stored { get; }
}
