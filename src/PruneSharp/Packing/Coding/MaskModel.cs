namespace PruneSharp;

/// <summary>
/// Codes a mask bit by bit. Real masks are not random: columns that see dead inputs are empty, neighbours agree. Five predictions are mixed
/// by a small network that learns while it codes (Mahoney 2005, PAQ): this column so far, the columns around it, this row so far, the bits
/// next to it, and everything so far. Integers only.
/// </summary>
/// <param name="columns">Weights of one output, or of one row in storage.</param>
/// <param name="period">Distance of columns that look alike beside direct neighbours, as the width of a picture; 1 where there is none.</param>
internal sealed class MaskModel(int columns, int period)
{
    private const int Inputs = 5;
    private const int Learning = 6;

    private readonly AdaptiveBit[] _columns = AdaptiveBit.Array(columns);
    private readonly AdaptiveBit[] _near = AdaptiveBit.Array(64);
    private readonly int[] _weights = [26000, 20000, 10000, 26000, 0];
    private readonly int[] _odds = new int[Inputs];

    /// <summary>Codes a mask of whole and started rows.</summary>
    /// <param name="coder">Encodes or decodes.</param>
    /// <param name="mask">One byte a weight, 0 or 1; read or written.</param>
    public void Code(ref BitCoder coder, Span<byte> mask)
    {
        var all = AdaptiveBit.Half;
        var row = AdaptiveBit.Half;
        for (int i = 0, column = 0; i < mask.Length; i++, column++)
        {
            if (column == columns)
                (column, row) = (0, AdaptiveBit.Guess(all.One, 8));
            int near = (column > 0 ? mask[i - 1] : 0) | (column > 1 ? mask[i - 2] << 1 : 0) | (column >= period ? mask[i - period] << 2 : 0)
                | (i >= columns ? mask[i - columns] << 3 : 0) | (column > 2 ? mask[i - 3] << 4 : 0) | (column > period ? mask[i - period - 1] << 5 : 0);
            _odds[0] = Logistic.ToOdds(_columns[column].One);
            _odds[1] = Logistic.ToOdds(Around(column));
            _odds[2] = Logistic.ToOdds(row.One);
            _odds[3] = Logistic.ToOdds(_near[near].One);
            _odds[4] = Logistic.ToOdds(all.One);
            long sum = 0;
            for (int input = 0; input < Inputs; input++)
                sum += (long)_weights[input] * _odds[input];
            int one = Math.Clamp(Logistic.OfOdds((int)(sum >> 16)), 32, 65504);
            int bit = coder.Code(mask[i], one);
            mask[i] = (byte)bit;

            int error = (bit << 16) - one;
            for (int input = 0; input < Inputs; input++)
                _weights[input] += (int)((long)_odds[input] * error >> (Learning + 10));
            _columns[column].Learn(bit);
            _near[near].Learn(bit);
            row.Learn(bit);
            all.Learn(bit);
        }
    }

    private int Around(int column)
    {
        int left = column > 0 ? column - 1 : column, right = column + 1 < columns ? column + 1 : column;
        int up = column >= period ? column - period : column, down = column + period < columns ? column + period : column;
        return (_columns[left].One + _columns[right].One + _columns[up].One + _columns[down].One) >> 2;
    }
}
