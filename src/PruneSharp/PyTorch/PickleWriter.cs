using System.Buffers.Binary;
using System.Text;

namespace PruneSharp;

/// <summary>Writes the pickle of a state_dict (protocol 2) with the instructions and calls that <c>torch.save</c> uses.</summary>
internal sealed class PickleWriter
{
    private const int MostItems = 1000;

    private readonly MemoryStream _output = new();
    private readonly Dictionary<string, byte> _memo = [];

    private PickleWriter()
    {
    }

    /// <summary>The pickle of an OrderedDict of tensors.</summary>
    /// <param name="entries">Each tensor with the key of its storage.</param>
    public static byte[] Write(IEnumerable<(PyTorchEntry Entry, string Storage)> entries)
    {
        var writer = new PickleWriter();
        writer._output.Write([0x80, 2]);
        writer.EmptyOrderedDict();
        foreach (var batch in entries.Chunk(MostItems))
        {
            writer.Code('(');
            foreach (var (entry, storage) in batch)
                writer.Item(entry, storage);
            writer.Code('u');
        }

        writer.Code('.');
        return writer._output.ToArray();
    }

    private void Item(PyTorchEntry entry, string storage)
    {
        var strides = new long[entry.Shape.Count];
        long elements = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = elements;
            elements *= Math.Max(1, entry.Shape[axis]);
        }

        Text(entry.Name);
        Global("torch._utils", "_rebuild_tensor_v2");
        Code('(');
        Code('(');
        Shared("storage");
        Global("torch", entry.Type.Storage);
        Text(storage);
        Shared("cpu");
        Integer(entry.Bytes / entry.Type.Bytes);
        Code('t');
        Code('Q');
        Integer(0);
        Tuple(entry.Shape);
        Tuple(strides);
        Code('\u0089');
        EmptyOrderedDict();
        Code('t');
        Code('R');
    }

    private void EmptyOrderedDict()
    {
        Global("collections", "OrderedDict");
        Code(')');
        Code('R');
    }

    private void Tuple(IReadOnlyList<long> values)
    {
        Code('(');
        foreach (long value in values)
            Integer(value);
        Code('t');
    }

    private void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        if (value <= int.MaxValue)
        {
            Code('J');
            _output.Write(bytes[..sizeof(int)]);
            return;
        }

        _output.Write([0x8a, sizeof(long)]);
        _output.Write(bytes);
    }

    private void Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)utf8.Length);
        Code('X');
        _output.Write(length);
        _output.Write(utf8);
    }

    private void Shared(string text) => Remembered(text, () => Text(text));

    private void Global(string module, string name) => Remembered($"{module}\n{name}\n", () =>
    {
        Code('c');
        _output.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    });

    private void Remembered(string key, Action write)
    {
        if (_memo.TryGetValue(key, out byte index))
        {
            _output.Write([(byte)'h', index]);
            return;
        }

        write();
        _memo[key] = index = checked((byte)_memo.Count);
        _output.Write([(byte)'q', index]);
    }

    private void Code(char code) => _output.WriteByte((byte)code);
}
