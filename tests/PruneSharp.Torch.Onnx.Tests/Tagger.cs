using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>Embedding, LSTM, Linear over the last step's states, with a parameter of its own.</summary>
internal sealed class Tagger : nn.Module<Tensor, Tensor>, IOnnxExportable
{
    private readonly Embedding _table = nn.Embedding(20, 6);
    private readonly LSTM _lstm = nn.LSTM(6, 5, batchFirst: true, bidirectional: true);
    private readonly Linear _head = nn.Linear(10, 4);
    private readonly Parameter _scale = new(ones(4));

    public Tagger()
        : base(nameof(Tagger))
    {
        register_module("table", _table);
        register_module("lstm", _lstm);
        register_module("head", _head);
        register_parameter("scale", _scale);
    }

    public override Tensor forward(Tensor input) => _head.call(_lstm.call(_table.call(input)).Item1) * _scale;

    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) =>
        [graph.Multiply(graph.Export(_head, graph.Export(_lstm, [graph.Export(_table, inputs[0])])[0]), graph.Parameter("scale")!)];
}
