namespace PruneSharp.Onnx;

/// <summary>What an operator does with a constant.</summary>
internal enum UseKind
{
    /// <summary>Multiplies activations by it: prunable.</summary>
    Weight,

    /// <summary>Looks rows up in it.</summary>
    Embedding,

    /// <summary>Anything else.</summary>
    Other,
}
