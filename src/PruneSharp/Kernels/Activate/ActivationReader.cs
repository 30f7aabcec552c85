namespace PruneSharp.Kernels;

/// <summary>Reads the activation that an operator applies.</summary>
internal static class ActivationReader
{
    /// <summary>The activation of an operator that the engine understands.</summary>
    /// <exception cref="NotSupportedException">It is none.</exception>
    public static Activation Read(LayerNode node, LayerGraph graph) => node.Operator switch
    {
        "Relu" => Activation.Relu,
        "Clip" when NodeRoles.Bounds(node, graph) is { } bounds => Activation.Clamp(bounds.Low, bounds.High),
        "LeakyRelu" => new Activation(ActivationKind.LeakyRelu, node.Number("alpha", 0.01f)),
        "Sigmoid" => new Activation(ActivationKind.Sigmoid),
        "HardSigmoid" => new Activation(ActivationKind.HardSigmoid, node.Number("alpha", 0.2f), node.Number("beta", 0.5f)),
        "HardSwish" => new Activation(ActivationKind.HardSwish),
        LayerOperators.Silu => new Activation(ActivationKind.Silu),
        "Gelu" => new Activation(ActivationKind.Gelu),
        "Tanh" => new Activation(ActivationKind.Tanh),
        _ => throw new NotSupportedException($"{node.Operator} is not an activation that the engine has."),
    };
}
