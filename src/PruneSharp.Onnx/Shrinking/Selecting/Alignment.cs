namespace PruneSharp.Onnx;

/// <summary>
/// Numbers of units that keep layers at widths that ONNX Runtime is fast with: its blocked layout of convolutions needs channels in
/// multiples of four, and other counts made networks slower than before.
/// </summary>
internal static class Alignment
{
    /// <summary>Channel counts of convolutions are always multiples of this, unless alignment is off.</summary>
    public const int Convolution = 4;

    /// <summary>The number of units whose multiples may be kept.</summary>
    /// <param name="family">The family.</param>
    /// <param name="align">Multiple of indices of each axis; 1 switches alignment off.</param>
    public static int Step(UnitFamily family, int align)
    {
        if (align <= 1)
            return 1;
        int step = 1;
        foreach (var cells in family.Units[0].Cells)
        {
            foreach (var (node, input) in cells.Tensor.Uses)
            {
                bool convolution = node.Op.Contains("Conv", StringComparison.Ordinal) && cells.Tensor.Rank > 2;
                if (cells.Tensor.Rank < 2 || (convolution && InsideGroup(node, input, cells)))
                    continue;
                int multiple = Multiple(align, convolution);
                int needed = multiple / Divisor(multiple, cells.Indices.Count);
                step = step / Divisor(step, needed) * needed;
            }
        }

        return step;
    }

    /// <summary>The number whose multiples of indices an axis may keep.</summary>
    public static int Multiple(int align, bool convolution) => convolution ? align * Convolution / Divisor(align, Convolution) : align;

    /// <summary>The multiple of a step that is nearest to a number of kept units, the larger of two; never 0 where the least is more.</summary>
    /// <param name="wanted">Units to keep.</param>
    /// <param name="count">Units there are.</param>
    /// <param name="step">From <see cref="Step"/>.</param>
    /// <param name="least">Units that stay in any case.</param>
    public static int Kept(int wanted, int count, int step, int least)
    {
        wanted = Math.Max(wanted, Math.Max(1, least));
        if (wanted >= count)
            return count;
        int down = wanted / step * step, up = down + step;
        int kept = wanted == down ? down : wanted - down < up - wanted ? down : up;
        if (kept > count)
            kept = down;
        while (kept < least || kept == 0)
            kept += step;
        return Math.Min(kept, count);
    }

    // Groups of a few channels are outside of the blocked layout anyway; what counts there is the whole.
    private static bool InsideGroup(GraphNode node, int input, UnitCells cells) =>
        node.Int("group", 1) > 1 && cells.Axis == (node.Op == "ConvTranspose" ? 0 : 1) && input > 0 && cells.Tensor.Dims![cells.Axis] % 8 != 0;

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
