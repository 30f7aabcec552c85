using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class RecurrentExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        Sequence("LSTM", () => nn.LSTM(5, 4), Lstm),
        Sequence("LSTM of two layers", () => nn.LSTM(5, 4, numLayers: 2, dropout: 0.5), Lstm),
        Sequence("LSTM in both directions", () => nn.LSTM(5, 4, numLayers: 2, bidirectional: true), Lstm),
        Sequence("LSTM batch first", () => nn.LSTM(5, 4, numLayers: 2, bidirectional: true, batchFirst: true), Lstm),
        Sequence("LSTM without bias", () => nn.LSTM(5, 4, bias: false), Lstm),
        Sequence("LSTM with states", () => nn.LSTM(5, 4, numLayers: 2, bidirectional: true), Lstm, 4, 4),
        Sequence("GRU", () => nn.GRU(5, 4), Gru),
        Sequence("GRU in both directions", () => nn.GRU(5, 4, numLayers: 2, bidirectional: true, batchFirst: true), Gru),
        Sequence("GRU with states", () => nn.GRU(5, 4, numLayers: 2), Gru, 2),
        Sequence("RNN", () => nn.RNN(5, 4), Rnn),
        Sequence("RNN with ReLU", () => nn.RNN(5, 4, numLayers: 2, nonLinearity: nn.NonLinearities.ReLU, bidirectional: true), Rnn),
        Sequence("RNN with states", () => nn.RNN(5, 4, numLayers: 2, bias: false), Rnn, 2),
        Cell("LSTMCell", () => nn.LSTMCell(5, 4), LstmCell, 0),
        Cell("LSTMCell with states", () => nn.LSTMCell(5, 4), LstmCell, 2),
        Cell("LSTMCell without bias", () => nn.LSTMCell(5, 4, bias: false), LstmCell, 0),
        Cell("GRUCell", () => nn.GRUCell(5, 4), (m, x) => [((GRUCell)m).forward(x[0], x.ElementAtOrDefault(1))], 0),
        Cell("GRUCell with states", () => nn.GRUCell(5, 4), (m, x) => [((GRUCell)m).forward(x[0], x.ElementAtOrDefault(1))], 1),
        Cell("RNNCell", () => nn.RNNCell(5, 4), (m, x) => [((RNNCell)m).forward(x[0], x.ElementAtOrDefault(1))], 0),
        Cell("RNNCell with ReLU", () => nn.RNNCell(5, 4, nn.NonLinearities.ReLU), (m, x) => [((RNNCell)m).forward(x[0], x.ElementAtOrDefault(1))], 1),
        new("Embedding", () => nn.Embedding(10, 4), [new("ids", [2, 3], ScalarType.Int64)]) { Indices = 10 },
        new("Embedding of Int32", () => nn.Embedding(10, 4), [new("ids", [2], ScalarType.Int32)]) { Indices = 10 },
        new("Bilinear", () => nn.Bilinear(5, 4, 3), [new("a", [2, 5]), new("b", [2, 4])]) { Call = (m, x) => [((Bilinear)m).forward(x[0], x[1])] },
        new("Bilinear over a sequence", () => nn.Bilinear(5, 4, 3, hasBias: false), [new("a", [2, 6, 5]), new("b", [2, 6, 4])]) { Call = (m, x) => [((Bilinear)m).forward(x[0], x[1])] },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_recurrent_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);

    // Two sequences of other length and batch; states are [layers · directions, batch, hidden].
    private static ExportCase Sequence(string name, Func<nn.Module> make, Func<nn.Module, Tensor[], Tensor[]> call, params long[] states) =>
        new(name, make, [new("input", [-1, -1, 5]), .. states.Select((s, i) => new OnnxInput($"state{i}", [s, -1, 4]))])
        {
            Options = new() { DynamicBatch = false },
            Call = call,
            Runs = [Run(3, 2, states), Run(7, 1, states)],
        };

    private static IReadOnlyList<long[]> Run(long length, long batch, long[] states) => [[length, batch, 5], .. states.Select(s => new[] { s, batch, 4 })];

    private static ExportCase Cell(string name, Func<nn.Module> make, Func<nn.Module, Tensor[], Tensor[]> call, int states) =>
        new(name, make, [new("input", [2, 5]), .. Enumerable.Range(0, states).Select(i => new OnnxInput($"state{i}", [2, 4]))]) { Call = call };

    private static Tensor[] Lstm(nn.Module module, Tensor[] x)
    {
        var (y, h, c) = ((LSTM)module).forward(x[0], x.Length > 1 ? (x[1], x[2]) : null);
        return [y, h, c];
    }

    private static Tensor[] Gru(nn.Module module, Tensor[] x)
    {
        var (y, h) = ((GRU)module).forward(x[0], x.ElementAtOrDefault(1)!);
        return [y, h];
    }

    private static Tensor[] Rnn(nn.Module module, Tensor[] x)
    {
        var (y, h) = ((RNN)module).forward(x[0], x.ElementAtOrDefault(1));
        return [y, h];
    }

    private static Tensor[] LstmCell(nn.Module module, Tensor[] x)
    {
        // TorchSharp 0.107 fails without states, so it gets the zeros that it should take.
        var (h, c) = ((LSTMCell)module).forward(x[0], x.Length > 1 ? (x[1], x[2]) : (zeros(x[0].shape[0], 4), zeros(x[0].shape[0], 4)));
        return [h, c];
    }
}
