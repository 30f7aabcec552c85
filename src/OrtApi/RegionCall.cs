using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>Runs a region; <see cref="SparseProgram.Run"/> is one.</summary>
internal delegate void RegionCall(IRegionTensors tensors, IParallelRunner runner);
