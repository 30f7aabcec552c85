using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A module with children named 0, 1, …; calls those that take one tensor in turn.</summary>
internal sealed class Parts : nn.Module<Tensor, Tensor>
{
    public Parts(params nn.Module[] parts)
        : base("Parts")
    {
        for (int i = 0; i < parts.Length; i++)
            register_module($"{i}", parts[i]);
    }

    public override Tensor forward(Tensor input)
    {
        foreach (var (_, part) in named_children())
            input = ((nn.Module<Tensor, Tensor>)part).call(input);
        return input;
    }

    public nn.Module get_submodule(string name) => named_children().Single(c => c.name == name).module;
}
