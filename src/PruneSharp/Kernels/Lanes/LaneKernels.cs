using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>Chooses the kernels for the width of this machine's vectors.</summary>
internal static unsafe class LaneKernels
{
    /// <summary>The lanes of the widest float32 vectors that run in hardware: 16, 8 or 4.</summary>
    public static int WidestLanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>The kernel that fills halos.</summary>
    public static delegate*<float*, int, int, HaloMove*, int, int*, float, void> Halo(int lanes) => lanes switch
    {
        16 => &LaneKernels512.Halo,
        8 => &LaneKernels256.Halo,
        _ => &LaneKernels128.Halo,
    };

    /// <summary>The kernel that takes maxima over windows.</summary>
    public static delegate*<float*, float*, int, int, int*, int, void> Maximum(int lanes) => lanes switch
    {
        16 => &LaneKernels512.Maximum,
        8 => &LaneKernels256.Maximum,
        _ => &LaneKernels128.Maximum,
    };

    /// <summary>The row kernel for a block of output channels and a tile of positions; null where there is none.</summary>
    public static delegate*<RowCall*, void> Rows(int lanes, int columnStride, int block, int height, int width) => (lanes, columnStride) switch
    {
        (16, 1) => RowKernels512.Find<ColumnStepOne>(block, height, width),
        (16, 2) => RowKernels512.Find<ColumnStepTwo>(block, height, width),
        (16, _) => RowKernels512.Find<ColumnStepAny>(block, height, width),
        (8, 1) => RowKernels256.Find<ColumnStepOne>(block, height, width),
        (8, 2) => RowKernels256.Find<ColumnStepTwo>(block, height, width),
        (8, _) => RowKernels256.Find<ColumnStepAny>(block, height, width),
        (_, 1) => RowKernels128.Find<ColumnStepOne>(block, height, width),
        (_, 2) => RowKernels128.Find<ColumnStepTwo>(block, height, width),
        _ => RowKernels128.Find<ColumnStepAny>(block, height, width),
    };
}
