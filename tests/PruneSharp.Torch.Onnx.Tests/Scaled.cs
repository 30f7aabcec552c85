using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>Multiplies by numbers that it computes while it is exported, and may use a child that cannot be exported.</summary>
internal sealed class Scaled : nn.Module<Tensor, Tensor>, IOnnxExportable
{
    // Memory of this size comes back at the same place once it is free.
    private const long Rows = 100_000;

    private readonly Mystery _mystery = new();
    private readonly float[] _factors;
    private readonly bool _use;

    public Scaled(params float[] factors)
        : this(factors, use: false)
    {
    }

    public Scaled(float first, float second, bool use)
        : this([first, second], use)
    {
    }

    private Scaled(float[] factors, bool use)
        : base(nameof(Scaled))
    {
        _factors = factors;
        _use = use;
        register_module("mystery", _mystery);
    }

    public bool OneName { get; init; }

    public override Tensor forward(Tensor input) => input * _factors.Aggregate(1f, (product, factor) => product * factor);

    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var x = _use ? graph.Export(_mystery, inputs[0]) : inputs[0];
        for (int i = 0; i < _factors.Length; i++)
        {
            using var weight = full(Rows, 1, _factors[i]);
            x = graph.Multiply(x, graph.Weight(OneName ? "w" : $"w{i}", weight));
        }

        return [x];
    }
}
