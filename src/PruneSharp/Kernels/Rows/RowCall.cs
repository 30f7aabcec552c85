namespace PruneSharp.Kernels;

/// <summary>The arguments of one call of a row kernel: one tile of output positions, the output channels of a part, the input channels of a block.</summary>
/// <remarks>
/// The stream holds, row after row, entries of an int32 (the distance in bytes from <see cref="X"/> to the vector of the tile's first position)
/// and the weights of the row's block (1, 2 or 4 float32). Every vector lies at a multiple of its size.
/// </remarks>
internal unsafe struct RowCall
{
    /// <summary>The tile's first position in the first channel of the block, at the kernel's first tap.</summary>
    public byte* X;

    /// <summary>Bytes from one output row to the next in the input.</summary>
    public nint XRow;

    /// <summary>Floats from one output column to the next in the input.</summary>
    public nint XStep;

    /// <summary>The entries.</summary>
    public byte* Stream;

    /// <summary>The rows of the stream.</summary>
    public RowEntry* Rows;

    /// <summary>How many rows there are.</summary>
    public int RowCount;

    /// <summary>The tile's first position in output channel 0.</summary>
    public byte* Y;

    /// <summary>Bytes from one output row to the next.</summary>
    public nint YRow;

    /// <summary>Bytes from one output channel to the next.</summary>
    public nint YChannel;

    /// <summary>What the sums begin with, by channel.</summary>
    public float* Bias;

    /// <summary>Added to the bias, the tile's first position in channel 0; null for nothing.</summary>
    public byte* Residual;

    /// <summary>Bytes from one row to the next in the residual.</summary>
    public nint ResidualRow;

    /// <summary>Bytes from one channel to the next in the residual.</summary>
    public nint ResidualChannel;

    /// <summary><see cref="RowEntry.Last"/> to clamp complete sums, 0 to leave them.</summary>
    public int ClampFlag;

    /// <summary>The lower bound.</summary>
    public float Low;

    /// <summary>The upper bound.</summary>
    public float High;
}
