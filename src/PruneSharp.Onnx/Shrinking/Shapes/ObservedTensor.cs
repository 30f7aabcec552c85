namespace PruneSharp.Onnx;

/// <summary>What one run of a model, or one inference of its shapes, tells of a tensor.</summary>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Integers">Its values where they are integers or booleans (1 and 0) and at most <see cref="MostIntegers"/> of them; else null.</param>
public sealed record ObservedTensor(IReadOnlyList<long> Dims, IReadOnlyList<long>? Integers = null)
{
    /// <summary>Longer tensors of integers are data, not shapes.</summary>
    public const int MostIntegers = 256;
}
