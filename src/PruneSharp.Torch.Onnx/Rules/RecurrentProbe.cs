using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Finds out whether an RNN uses ReLU or tanh, which TorchSharp keeps where nothing can read it, from what it computes.</summary>
internal static class RecurrentProbe
{
    // Tanh and ReLU differ clearly there.
    private const double Size = 1.5;

    /// <summary>Whether a layered RNN uses ReLU.</summary>
    /// <exception cref="NotSupportedException">It computes what neither function gives.</exception>
    public static bool UsesRelu(OnnxGraph graph, RNN module)
    {
        using var scope = NewDisposeScope();
        var x = Probe.Input(State(module, "weight_ih_l0")!, 1, 1, Size);
        var (output, _) = Probe.InEval(module, () => module.forward(x, null));
        return Probe.Closest(graph, output.flatten(), [false, true], relu => Layers(module, x.flatten(), relu));
    }

    /// <summary>Whether a cell uses ReLU.</summary>
    /// <exception cref="NotSupportedException">It computes what neither function gives.</exception>
    public static bool UsesRelu(OnnxGraph graph, RNNCell module)
    {
        using var scope = NewDisposeScope();
        var x = Probe.Input(State(module, "weight_ih")!, 1, 1, Size);
        var output = Probe.InEval(module, () => module.forward(x[0]));
        return Probe.Closest(graph, output.flatten(), [false, true], relu => Step(module, x.flatten(), "", relu));
    }

    // One step from states of zero.
    private static Tensor Layers(RNN module, Tensor x, bool relu)
    {
        for (int layer = 0; State(module, $"weight_ih_l{layer}") is not null; layer++)
        {
            var forward = Step(module, x, $"_l{layer}", relu);
            x = State(module, $"weight_ih_l{layer}_reverse") is null ? forward : cat([forward, Step(module, x, $"_l{layer}_reverse", relu)]);
        }

        return x;
    }

    private static Tensor Step(nn.Module module, Tensor x, string place, bool relu)
    {
        var sum = State(module, "weight_ih" + place)!.matmul(x);
        if (State(module, "bias_ih" + place) is { } bias)
            sum = sum + bias + State(module, "bias_hh" + place)!;
        return relu ? sum.relu() : sum.tanh();
    }

    private static Tensor? State(nn.Module module, string name) => EffectiveTensor.Of(module, name);
}
