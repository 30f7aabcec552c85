using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PruneSharp;

/// <summary>Takes numbers and text off the front of a pickle; nothing is taken that is not there.</summary>
internal sealed class PickleInput(byte[] bytes, string file)
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    private int _at;

    /// <summary>Bytes of the whole pickle.</summary>
    public int Length => bytes.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>A float64, the one number that pickles store big-endian.</summary>
    public double Float() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>A two's complement integer after its length in one byte: a long where it fits, else a big integer.</summary>
    public object Integer()
    {
        var value = new BigInteger(Take(Byte()));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    /// <summary>Text after its length in four bytes.</summary>
    public string Text() => Decoded(Take(UInt32()));

    /// <summary>Text up to the end of the line, which is taken too.</summary>
    public string Line()
    {
        int length = bytes.AsSpan(_at).IndexOf((byte)'\n');
        string line = Decoded(Take(length < 0 ? uint.MaxValue : (uint)length));
        _at++;
        return line;
    }

    /// <summary>The error of a pickle that is not what it should be.</summary>
    public InvalidModelException Wrong(string problem) => new(file, $"data.pkl at byte {_at}: {problem}.");

    private string Decoded(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return _utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("text is not valid UTF-8");
        }
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > bytes.Length - _at)
            throw Wrong($"the pickle ends inside a value; only {bytes.Length - _at} bytes are left");
        _at += (int)count;
        return bytes.AsSpan(_at - (int)count, (int)count);
    }
}
