using System.Buffers.Binary;

namespace PruneSharp;

/// <summary>
/// Codes the high bits of stored floats: the sign, the exponent as one symbol, four bits of the mantissa that depend on the exponent (trained
/// weights cluster just above a pruning threshold), and those left over until whole bytes remain. The bytes below look random in trained
/// weights and are stored apart, see <see cref="RawBytes"/>.
/// </summary>
internal sealed class FloatModel
{
    private const int TopBits = 4;

    private readonly int _exponentBits;
    private readonly int _mantissaBits;
    private readonly int _middleBits;
    private readonly int _size;
    private readonly SymbolModel _exponent;
    private readonly SymbolModel _top;
    private readonly SymbolModel? _middle;
    private AdaptiveBit _sign = AdaptiveBit.Half;

    public FloatModel(ElementType type)
    {
        (_exponentBits, _mantissaBits) = type switch
        {
            ElementType.Float32 => (8, 23),
            ElementType.Float64 => (11, 52),
            ElementType.Float16 => (5, 10),
            _ => (8, 7),
        };
        _size = type.Bytes();
        RawBytes = (_mantissaBits - TopBits) / 8;
        _middleBits = _mantissaBits - TopBits - 8 * RawBytes;
        _exponent = new(_exponentBits);
        _top = new(TopBits, 1 << _exponentBits);
        _middle = _middleBits > 0 ? new(_middleBits) : null;
    }

    /// <summary>Low bytes of each value that are stored apart: 2 of a float32, 6 of a float64, 0 of 16-bit floats.</summary>
    public int RawBytes { get; }

    /// <summary>Codes one value's high bits.</summary>
    /// <param name="coder">Encodes or decodes.</param>
    /// <param name="stored">The value; read, or its high bits added to what is there.</param>
    public void Code(ref BitCoder coder, Span<byte> stored)
    {
        ulong bits = Read(stored);
        int sign = _sign.Code(ref coder, (int)(bits >> (_exponentBits + _mantissaBits)) & 1);
        int exponent = _exponent.Code(ref coder, (int)(bits >> _mantissaBits) & ((1 << _exponentBits) - 1));
        int top = _top.Code(ref coder, (int)(bits >> (_mantissaBits - TopBits)) & ((1 << TopBits) - 1), exponent);
        int middle = _middle?.Code(ref coder, (int)(bits >> (8 * RawBytes)) & ((1 << _middleBits) - 1)) ?? 0;
        if (!coder.Decodes)
            return;
        ulong high = (((ulong)sign << _exponentBits | (uint)exponent) << TopBits | (uint)top) << _middleBits | (uint)middle;
        Write(stored, high << (8 * RawBytes) | bits);
    }

    private ulong Read(ReadOnlySpan<byte> stored) => _size switch
    {
        sizeof(ushort) => BinaryPrimitives.ReadUInt16LittleEndian(stored),
        sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(stored),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(stored),
    };

    private void Write(Span<byte> stored, ulong bits)
    {
        switch (_size)
        {
            case sizeof(ushort): BinaryPrimitives.WriteUInt16LittleEndian(stored, (ushort)bits); break;
            case sizeof(uint): BinaryPrimitives.WriteUInt32LittleEndian(stored, (uint)bits); break;
            default: BinaryPrimitives.WriteUInt64LittleEndian(stored, bits); break;
        }
    }
}
