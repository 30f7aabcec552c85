using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>An initializer and the state that it is made of.</summary>
internal sealed record StateMatch(OnnxInitializer Initializer, nn.Module Module, StateForm Form, bool Transposed);
