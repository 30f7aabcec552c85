namespace PruneSharp;

/// <summary>Codes symbols of a few bits, most significant first, each bit with the probability that belongs to the bits before it.</summary>
internal sealed class SymbolModel(int bits, int contexts = 1)
{
    private readonly AdaptiveBit[] _nodes = AdaptiveBit.Array(contexts << bits);

    /// <summary>Codes a symbol.</summary>
    /// <param name="coder">Encodes or decodes.</param>
    /// <param name="symbol">The symbol when encoding.</param>
    /// <param name="context">What is known before: 0 … contexts − 1.</param>
    public int Code(ref BitCoder coder, int symbol, int context = 0)
    {
        int start = context << bits, node = 1;
        for (int bit = bits - 1; bit >= 0; bit--)
            node = node << 1 | _nodes[start + node].Code(ref coder, symbol >> bit & 1);
        return node - (1 << bits);
    }
}
