namespace PruneSharp;

/// <summary>
/// Binary range encoder with a 32-bit range and carries that reach back over stored bytes (Martin 1979; the carry handling follows the
/// public description of LZMA). Integers only, so every machine makes the same bytes.
/// </summary>
internal sealed class RangeEncoder
{
    private const uint Renormalize = 1 << 24;

    private readonly MemoryStream _bytes = new();
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _held;
    private long _pending;
    private bool _started;

    /// <summary>Bytes written so far, those held back not counted.</summary>
    public long Length => _bytes.Length;

    /// <summary>Encodes a bit.</summary>
    /// <param name="bit">0 or 1.</param>
    /// <param name="one">Probability of 1 in 1/65536, from 1 to 65535.</param>
    public void Encode(int bit, int one)
    {
        uint bound = (uint)((ulong)_range * (uint)one >> 16);
        if (bit != 0)
        {
            _range = bound;
        }
        else
        {
            _low += bound;
            _range -= bound;
        }

        while (_range < Renormalize)
        {
            _range <<= 8;
            Shift();
        }
    }

    /// <summary>Ends the code.</summary>
    public byte[] Finish()
    {
        // The fewest bytes that name a number in [low, low + range): what follows reads as zeros.
        ulong end = _low + _range - 1;
        for (int keep = 1; keep <= 4; keep++)
        {
            ulong mask = ulong.MaxValue << (32 - 8 * keep);
            if ((end & mask) < _low)
                continue;
            _low = end & mask;
            break;
        }

        for (int i = 0; i < 5; i++)
            Shift();
        var bytes = _bytes.ToArray();
        int length = bytes.Length;
        while (length > 0 && bytes[length - 1] == 0)
            length--;
        return bytes[..length];
    }

    private void Shift()
    {
        if (_low < 0xFF00_0000 || _low > uint.MaxValue)
        {
            int carry = (int)(_low >> 32);
            if (_started)
                _bytes.WriteByte((byte)(_held + carry));
            for (; _pending > 0; _pending--)
                _bytes.WriteByte((byte)(0xFF + carry));
            _held = (byte)(_low >> 24);
            _started = true;
        }
        else
        {
            _pending++;
        }

        _low = (_low & 0x00FF_FFFF) << 8;
    }
}
