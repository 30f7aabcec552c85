using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Remembers which modules are in training mode, and puts that back at its end.</summary>
internal sealed class TrainingModes(nn.Module root) : IDisposable
{
    private readonly (nn.Module Module, bool IsTraining)[] _modes = [.. Functions.Modules(root).Select(m => (m.Module, m.Module.training))];

    // Parents come first, and what they do to their children is overwritten.
    public void Dispose()
    {
        foreach (var (module, isTraining) in _modes)
            module.train(isTraining);
    }
}
