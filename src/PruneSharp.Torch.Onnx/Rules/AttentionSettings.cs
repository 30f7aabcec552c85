namespace PruneSharp.Torch.Onnx;

/// <summary>Settings of a transformer layer.</summary>
/// <param name="Heads">Number of attention heads.</param>
/// <param name="Gelu">Whether its activation is GELU, not ReLU.</param>
internal readonly record struct AttentionSettings(long Heads, bool Gelu);
