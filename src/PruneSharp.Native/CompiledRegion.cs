using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>A region that stands in a session.</summary>
/// <param name="Api">ONNX Runtime.</param>
/// <param name="Kernel">The region; it is released with the session.</param>
internal sealed record CompiledRegion(OrtTable Api, RegionKernel Kernel);
