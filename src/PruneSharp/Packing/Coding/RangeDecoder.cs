namespace PruneSharp;

/// <summary>Decodes what <see cref="RangeEncoder"/> made. Bytes behind the end read as zeros; it never reads outside and never fails.</summary>
internal ref struct RangeDecoder
{
    private const uint Renormalize = 1 << 24;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private uint _range = uint.MaxValue;
    private uint _code;

    /// <summary>Starts.</summary>
    public RangeDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        for (int i = 0; i < 4; i++)
            _code = _code << 8 | Next();
    }

    /// <summary>Decodes a bit.</summary>
    /// <param name="one">Probability of 1 in 1/65536, from 1 to 65535.</param>
    public int Decode(int one)
    {
        uint bound = (uint)((ulong)_range * (uint)one >> 16);
        int bit;
        if (_code < bound)
        {
            _range = bound;
            bit = 1;
        }
        else
        {
            _code -= bound;
            _range -= bound;
            bit = 0;
        }

        while (_range < Renormalize)
        {
            _range <<= 8;
            _code = _code << 8 | Next();
        }

        return bit;
    }

    private byte Next() => _at < _bytes.Length ? _bytes[_at++] : (byte)0;
}
