using PruneSharp.Kernels;

namespace PruneSharp.Native;

/// <summary>An attribute of a node with ONNX Runtime's number for its type, which tells a number from a list of one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its value.</param>
internal sealed record TypedAttribute(string Name, int Type, LayerAttribute Value)
{
    public const int Int = 1;
    public const int Ints = 2;
    public const int Float = 3;
    public const int Floats = 4;
    public const int String = 5;

    /// <summary>Writes it as onnx.proto has it, where types have other numbers.</summary>
    public void Write(ProtoWriter message)
    {
        message.Text(1, Name);
        switch (Type)
        {
            case Int: message.Integer(3, Value.Integers[0]); break;
            case Float: message.Float(2, Value.Floats[0]); break;
            case String: message.Text(4, Value.Text ?? ""); break;
        }

        foreach (float number in Type == Floats ? Value.Floats : [])
            message.Float(7, number);
        foreach (long integer in Type == Ints ? Value.Integers : [])
            message.Integer(8, integer);
        message.Integer(20, Type switch { Int => 2, Ints => 7, Float => 1, Floats => 6, _ => 3 });
    }
}
