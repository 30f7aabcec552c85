namespace PruneSharp.Onnx;

/// <summary>One use of a constant by one operator.</summary>
/// <param name="Kind">What the operator does with it.</param>
/// <param name="Op">The operator's type.</param>
/// <param name="Layer">The node's name, or that of its first output.</param>
/// <param name="Role">The constant's role in words: "bias of Conv", "operand of Mul".</param>
/// <param name="Layout">How it maps to outputs and inputs; null where that cannot be followed or does not apply.</param>
internal sealed record ConstantUse(UseKind Kind, string Op, string Layer, string Role, WeightLayout? Layout = null);
