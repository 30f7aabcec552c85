using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests.Parity;

/// <summary>The same model here and in Python, with layers whose weight a field holds and layers in native code.</summary>
internal sealed class TokenNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Its twin, a file of tokens to run it on, and where its parameters are.</summary>
    public const string Python = """
        import sys, torch
        from torch import nn
        from torch.nn.utils import prune

        class TokenNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = nn.Embedding(11, 8)
                self.conv = nn.Conv1d(8, 6, 3, groups=2)
                self.norm = nn.BatchNorm1d(6)
                self.lstm = nn.LSTM(6, 5, num_layers=2, batch_first=True, bidirectional=True)
                self.linear = nn.Linear(10, 3)

            def forward(self, tokens):
                x = self.norm(self.conv(self.embedding(tokens).transpose(1, 2)))
                return self.linear(self.lstm(x.transpose(1, 2))[0])

        def parameters(net):
            return [(net.embedding, "weight"), (net.conv, "weight"), (net.norm, "weight"), (net.lstm, "weight_ih_l0"),
                    (net.lstm, "weight_hh_l1_reverse"), (net.linear, "weight"), (net.linear, "bias")]

        def pruned(net):
            prune.ln_structured(net.embedding, "weight", 3, 2, 1)
            prune.l1_unstructured(net.conv, "weight", 0.1)
            prune.ln_structured(net.conv, "weight", 0.3, 2, 0)
            prune.ln_structured(net.conv, "weight", 0.1, float("inf"), 1)
            prune.l1_unstructured(net.norm, "weight", 2)
            prune.l1_unstructured(net.lstm, "weight_ih_l0", 0.4)
            prune.l1_unstructured(net.lstm, "weight_hh_l1_reverse", 0.6)
            prune.global_unstructured([(net.linear, "weight"), (net.linear, "bias")], prune.L1Unstructured, amount=0.5)
            return net

        def prepared(net):
            for module, name in parameters(net):
                prune.identity(module, name)
            return net

        def near(a, b):
            assert a.shape == b.shape and (a - b).abs().max() <= 1e-5 * a.abs().max(), (a, b)

        torch.manual_seed(7)
        tokens = torch.randint(0, 11, (2, 7))
        net = TokenNet().eval()
        with torch.no_grad():
            net.norm.weight.normal_()

        """;

    public readonly Embedding embedding = nn.Embedding(11, 8);
    public readonly Conv1d conv = nn.Conv1d(8, 6, 3, groups: 2);
    public readonly BatchNorm1d norm = nn.BatchNorm1d(6);
    public readonly LSTM lstm = nn.LSTM(6, 5, numLayers: 2, batchFirst: true, bidirectional: true);
    public readonly Linear linear = nn.Linear(10, 3);

    public TokenNet()
        : base("TokenNet")
    {
        RegisterComponents();
        eval();
    }

    public IReadOnlyList<(nn.Module Module, string Name)> Parameters =>
    [
        (embedding, "weight"), (conv, "weight"), (norm, "weight"), (lstm, "weight_ih_l0"), (lstm, "weight_hh_l1_reverse"), (linear, "weight"), (linear, "bias"),
    ];

    public override Tensor forward(Tensor tokens)
    {
        var x = norm.call(conv.call(embedding.call(tokens).transpose(1, 2)));
        return linear.call(lstm.call(x.transpose(1, 2)).Item1);
    }

    /// <summary>The steps of Python's <c>pruned</c>.</summary>
    public TokenNet Prune()
    {
        prune.ln_structured(embedding, "weight", 3, 2, 1);
        prune.l1_unstructured(conv, "weight", 0.1);
        prune.ln_structured(conv, "weight", 0.3, 2, 0);
        prune.ln_structured(conv, "weight", 0.1, double.PositiveInfinity, 1);
        prune.l1_unstructured(norm, "weight", 2);
        prune.l1_unstructured(lstm, "weight_ih_l0", 0.4);
        prune.l1_unstructured(lstm, "weight_hh_l1_reverse", 0.6);
        prune.global_unstructured([(linear, "weight"), (linear, "bias")], 0.5);
        return this;
    }

    /// <summary>Gives all parameters that Python prunes a mask of ones.</summary>
    public TokenNet Prepare()
    {
        foreach (var (module, name) in Parameters)
            prune.identity(module, name);
        return this;
    }
}
