using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Which initializers hold a module's own state.</summary>
internal static class StateForms
{
    private const string Reverse = "_reverse";

    // ONNX has input, output, forget, cell where TorchSharp has input, forget, cell, output; and update before reset.
    private static readonly Dictionary<Type, int[]> _gates = new() { [typeof(LSTM)] = [0, 3, 1, 2], [typeof(GRU)] = [1, 0, 2], [typeof(RNN)] = [0] };

    /// <summary>The forms of the floating-point tensors that a module holds itself.</summary>
    public static IEnumerable<StateForm> Of(nn.Module module)
    {
        var names = EffectiveTensor.Names(module).ToList();
        if (!_gates.TryGetValue(module.GetType(), out int[]? gates))
            return names.Select(name => new StateForm(name, [name]));
        return names.Where(name => !name.EndsWith(Reverse, StringComparison.Ordinal))
            .Select(name => new StateForm(name, names.Contains(name + Reverse) ? [name, name + Reverse] : [name], gates));
    }
}
