namespace PruneSharp;

/// <summary>
/// The logistic function and its inverse as tables: x in 1/256 from −2048 to 2047, probabilities in 1/65536. Made with decimal arithmetic,
/// which is the same on every machine.
/// </summary>
internal static class Logistic
{
    private const int Range = 2048;

    private static readonly ushort[] Squashed = Squash();
    private static readonly short[] Stretched = Stretch();

    /// <summary>1 / (1 + e^−x), from 1 to 65535.</summary>
    public static int OfOdds(int x) => Squashed[Math.Clamp(x, -Range, Range - 1) + Range];

    /// <summary>ln(p / (1 − p)).</summary>
    public static int ToOdds(int p) => Stretched[p >> 4];

    private static ushort[] Squash()
    {
        // e^(1/256) by its series, then by repeated multiplication.
        decimal step = 1, term = 1;
        for (int i = 1; i < 20; i++)
            step += term = term / 256 / i;
        var table = new ushort[2 * Range];
        decimal power = 1;
        for (int x = 0; x < Range; x++, power *= step)
        {
            int p = (int)decimal.Round(65536 * power / (1 + power));
            table[Range + x] = (ushort)Math.Clamp(p, 1, 65535);
            table[Range - x] = (ushort)Math.Clamp(65536 - p, 1, 65535);
        }

        table[0] = table[1];
        return table;
    }

    private static short[] Stretch()
    {
        var table = new short[4096];
        int x = -Range;
        for (int i = 0; i < table.Length; i++)
        {
            while (x < Range - 1 && OfOdds(x) < i * 16 + 8)
                x++;
            table[i] = (short)x;
        }

        return table;
    }
}
