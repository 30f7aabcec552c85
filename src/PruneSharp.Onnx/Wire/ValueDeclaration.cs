using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Declarations of a graph's inputs and outputs, as fields of the graph.</summary>
internal static class ValueDeclaration
{
    /// <summary>An input of a type and shape.</summary>
    public static byte[] Input(string name, int elementType, IEnumerable<long> dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
        return WireSplice.Field(11, new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = elementType, Shape = shape } } }.ToByteArray());
    }

    /// <summary>An output by its name only; ONNX Runtime finds type and shape.</summary>
    public static byte[] Output(string name) => WireSplice.Field(12, new ValueInfoProto { Name = name }.ToByteArray());
}
