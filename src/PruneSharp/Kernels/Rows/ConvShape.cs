namespace PruneSharp.Kernels;

/// <summary>A two-dimensional convolution, or a matrix product as the 1 x 1 case; sizes in pixels.</summary>
internal sealed record ConvShape(int OutChannels, int InChannels)
{
    public int Groups { get; init; } = 1;

    public int KernelHeight { get; init; } = 1;

    public int KernelWidth { get; init; } = 1;

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    /// <summary>Taps of one input channel.</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Rows of the output; 0 or less where the input is too small.</summary>
    public int OutHeight(int height) => Out(height + PadTop + PadBottom, KernelHeight, DilationY, StrideY);

    /// <summary>Columns of the output; 0 or less where the input is too small.</summary>
    public int OutWidth(int width) => Out(width + PadLeft + PadRight, KernelWidth, DilationX, StrideX);

    /// <summary>The halo that blocks of the input need, so that blocks of the output can be made from them.</summary>
    public LaneHalo Halo => new(
        PadTop,
        PadLeft,
        Math.Max(0, ((KernelHeight - 1) * DilationY) - PadTop - StrideY + 1),
        Math.Max(0, ((KernelWidth - 1) * DilationX) - PadLeft - StrideX + 1));

    private static int Out(int padded, int kernel, int dilation, int stride)
    {
        int reach = ((kernel - 1) * dilation) + 1;
        return padded < reach ? 0 : ((padded - reach) / stride) + 1;
    }
}
