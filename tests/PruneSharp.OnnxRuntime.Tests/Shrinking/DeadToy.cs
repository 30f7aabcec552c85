using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A small network on a picture x [N, 3, 8, 8] with seeded weights, built node by node; its last value is the output.</summary>
internal sealed class DeadToy
{
    private readonly ModelProto _model = new() { IrVersion = 8, Graph = new() { Name = "g" }, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } } };
    private readonly Random _random = new(1);

    /// <summary>Starts with the picture.</summary>
    public DeadToy(params long[] dims) => _model.Graph.Input.Add(Value("x", dims.Length == 0 ? [-1, 3, 8, 8] : dims));

    /// <summary>Adds a constant with weights of -1 … 1, changed by an action.</summary>
    public DeadToy Weight(string name, long[] dims, Action<float[]>? change = null)
    {
        float[] values = [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (product, dim) => product * dim)).Select(_ => (_random.NextSingle() * 2) - 1)];
        change?.Invoke(values);
        _model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { dims }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) });
        return this;
    }

    /// <summary>Adds a node.</summary>
    public DeadToy Node(string op, string inputs, string output, params AttributeProto[] attributes)
    {
        _model.Graph.Node.Add(new NodeProto { OpType = op, Name = $"node_{output}", Input = { inputs.Split(' ').Select(i => i == "-" ? "" : i) }, Output = { output.Split(' ') }, Attribute = { attributes } });
        return this;
    }

    /// <summary>Finds the dead units, takes them out, and checks that the outputs stay.</summary>
    public (DeadUnits Dead, ShrinkCut Cut) Shrink(int align = 1, DeadOptions? options = null)
    {
        _model.Graph.Output.Add(Value(_model.Graph.Node[^1].Output[0], null));
        string path = Path.Combine(Directory.CreateTempSubdirectory("prunesharp-").FullName, "toy.onnx");
        File.WriteAllBytes(path, _model.ToByteArray());
        try
        {
            return ShrinkFile(path, align, options);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>The same for a file.</summary>
    public static (DeadUnits Dead, ShrinkCut Cut) ShrinkFile(string path, int align = 1, DeadOptions? options = null, double tolerance = 1e-6)
    {
        var token = TestContext.Current.CancellationToken;
        using var model = OnnxModel.Open(path);
        var dead = DeadUnits.Find(ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), token)), options ?? new() { Fill = DeadFill.Always });
        var cut = dead.Cut(align);
        var check = new ShrinkCheck(cut, path, new() { Tolerance = tolerance, Runs = 2, Range = new(-1, 1) }, token).Lossless();
        Assert.True(check.Scale > 0 || check.MaxAbsDifference == 0);
        return (dead, cut);
    }

    /// <summary>An attribute of integers.</summary>
    public static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>Makes the filters of some outputs zero; w [out, size].</summary>
    public static Action<float[]> Zero(int size, params int[] outputs) => values =>
    {
        foreach (int output in outputs)
            values.AsSpan(output * size, size).Clear();
    };

    /// <summary>Sets single values.</summary>
    public static Action<float[]> Set(params (int Index, float Value)[] changes) => values =>
    {
        foreach (var (index, value) in changes)
            values[index] = value;
    };

    private static ValueInfoProto Value(string name, long[]? dims)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float };
        if (dims is not null)
            type.Shape = new() { Dim = { dims.Select(dim => dim < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new TensorShapeProto.Types.Dimension { DimValue = dim }) } };
        return new() { Name = name, Type = new() { TensorType = type } };
    }
}
