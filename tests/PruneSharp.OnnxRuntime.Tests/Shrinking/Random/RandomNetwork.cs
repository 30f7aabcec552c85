using CsCheck;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A network as a list of blocks, each of which follows the one before. Pictures [N, 3, H, W], or sequences [N, S, D] and texts [N, S].</summary>
internal sealed record RandomNetwork(bool Pictures, BlockChoice Head, uint Seed, IReadOnlyList<BlockChoice> Blocks)
{
    public static readonly IReadOnlyDictionary<string, Block> PictureKinds =
        ConvolutionBlocks.All.Concat(ChannelBlocks.All).Concat(BranchBlocks.All).Concat(PictureBlocks.All).ToDictionary();

    public static readonly IReadOnlyDictionary<string, Block> SequenceKinds =
        TokenBlocks.All.Concat(AttentionBlocks.All).Concat(RecurrentBlocks.All).ToDictionary();

    /// <summary>All networks.</summary>
    public static Gen<RandomNetwork> Gen { get; } = CsCheck.Gen.Frequency((3, Of(true)), (2, Of(false)));

    public override string ToString() => $"{(Pictures ? "pictures" : "sequences")} {Seed}: {string.Join(' ', Blocks)} {Head}";

    /// <summary>The model as a file, and its values with the kinds of block that they belong to.</summary>
    public (byte[] Bytes, IReadOnlyList<(string Name, string Kind)> Values) Write()
    {
        var dice = new Dice(Seed);
        var w = new NetworkWriter(dice.Of(13, 17), dice.OneIn(2), dice.Of(1, 2));
        (string Name, int Width)? table = null;
        Activation x;
        if (Pictures)
            x = Input(w, DataType.Float, w.Batch, 3, dice.Of(8, 8, 10, 12), dice.Of(8, 8, 12));
        else if (dice.OneIn(3))
            x = Embedded(w, dice, out table);
        else
            x = Input(w, DataType.Float, w.Batch, dice.Of(4, 6), dice.Channels());
        for (int i = 0; i < Blocks.Count; i++)
        {
            x = Written(w, i, Blocks[i], (Pictures ? PictureKinds : SequenceKinds)[Blocks[i].Kind], x);
            if (dice.OneIn(24) && i > 0)
                Output(w, x, DataType.Float);
        }

        x = table is { } tied && dice.OneIn(2)
            ? w.Inside("TiedHead", () => Tied(w, new(Head.Variant), x, tied.Name, tied.Width))
            : Written(w, Blocks.Count, Head, (Pictures ? Heads.Pictures : Heads.Sequences)[Head.Kind], x);
        Output(w, x, Head.Kind == "ChoiceHead" ? DataType.Int64 : DataType.Float);
        var model = new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = w.Opset } }, Graph = w.Graph };
        return (model.ToByteArray(), w.Values);
    }

    private static Gen<RandomNetwork> Of(bool pictures)
    {
        string[] kinds = [.. (pictures ? PictureKinds : SequenceKinds).Keys], heads = [.. (pictures ? Heads.Pictures : Heads.Sequences).Keys];
        return CsCheck.Gen.Select(Choice(heads), CsCheck.Gen.UInt, Choice(kinds).Array[3, 8], (head, seed, blocks) => new RandomNetwork(pictures, head, seed, blocks));
    }

    private static Gen<BlockChoice> Choice(string[] kinds) => CsCheck.Gen.Select(CsCheck.Gen.OneOf(kinds), CsCheck.Gen.UInt, (kind, variant) => new BlockChoice(kind, variant));

    private static Activation Written(NetworkWriter w, int index, BlockChoice choice, Block block, Activation x) =>
        w.Inside($"{index}.{choice.Kind}", () => block(w, new(choice.Variant), x));

    // A network for texts starts with a table, and may end with the same one.
    private static Activation Embedded(NetworkWriter w, Dice dice, out (string Name, int Width)? table)
    {
        int width = dice.Channels();
        var ids = Input(w, DataType.Int64, w.Batch, dice.Of(4, 6));
        string rows = w.Weight(dice, 1, 12, width);
        table = (rows, width);
        return w.Inside("Embedding", () => new(w.Node("Gather", [rows, ids.Name]), [.. ids.Dims, width]));
    }

    private static Activation Tied(NetworkWriter w, Dice dice, Activation x, string table, int width)
    {
        var weight = w.Node("Transpose", [table], Attributes.Ints("perm", 1, 0));
        var last = x[2] == width ? x : w.Linear(dice, x, width);
        return new(w.Node("MatMul", [last.Name, weight]), last.With(2, 12));
    }

    private static Activation Input(NetworkWriter w, DataType type, params int[] dims)
    {
        var shape = new TensorShapeProto { Dim = { dims.Select((d, i) => w.DynamicBatch && i == 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new() { DimValue = d }) } };
        w.Graph.Input.Add(new ValueInfoProto { Name = "x", Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } });
        return new("x", dims);
    }

    private static void Output(NetworkWriter w, Activation y, DataType type)
    {
        if (w.Graph.Output.All(o => o.Name != y.Name) && y.Name != "x")
            w.Graph.Output.Add(new ValueInfoProto { Name = y.Name, Type = new() { TensorType = new() { ElemType = (int)type } } });
    }
}
