using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>How nodes are fused into one.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OrtNodeFusionOptions
{
    public uint Version;

    /// <summary>1 where the fused node does not read the weights when it runs, so that ONNX Runtime can free them.</summary>
    public byte DropConstantInitializers;
}
