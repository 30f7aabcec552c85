namespace PruneSharp.Kernels;

/// <summary>Where a program finds its inputs and puts its outputs: ONNX Runtime's kernel context, or a test's arrays.</summary>
public interface IRegionTensors
{
    /// <summary>The input at a position.</summary>
    RegionTensor Input(int index);

    /// <summary>Memory for the output at a position; asked for once in a run. Null where the tensor has no elements.</summary>
    unsafe float* Output(int index, ReadOnlySpan<long> shape);
}
