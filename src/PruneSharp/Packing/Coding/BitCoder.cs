namespace PruneSharp;

/// <summary>
/// Encodes or decodes bits through one path: models call <see cref="Code"/> with the bit when encoding, and get it back when decoding, so
/// each model is written once and both directions cannot drift apart.
/// </summary>
internal ref struct BitCoder
{
    private readonly RangeEncoder? _encoder;
    private RangeDecoder _decoder;

    /// <summary>A coder that encodes.</summary>
    public BitCoder(RangeEncoder encoder) => _encoder = encoder;

    /// <summary>A coder that decodes.</summary>
    public BitCoder(ReadOnlySpan<byte> bytes) => _decoder = new(bytes);

    /// <summary>Whether bits are decoded.</summary>
    public readonly bool Decodes => _encoder is null;

    /// <summary>Codes one bit.</summary>
    /// <param name="bit">The bit when encoding; ignored when decoding.</param>
    /// <param name="one">Probability of 1 in 1/65536, from 1 to 65535.</param>
    /// <returns>The bit.</returns>
    public int Code(int bit, int one)
    {
        if (_encoder is null)
            return _decoder.Decode(one);
        _encoder.Encode(bit, one);
        return bit;
    }
}
