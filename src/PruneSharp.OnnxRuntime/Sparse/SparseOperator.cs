using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// The operator that stands for a region, known to ONNX Runtime for as long as the process lives. Its nodes name a region by number; the region is looked up when a session
/// makes its kernel, and from then on the kernel owns it until the session is released.
/// </summary>
internal sealed unsafe class SparseOperator
{
    private static readonly Lazy<SparseOperator> _instance = new(() => new());

    private readonly ConcurrentDictionary<long, RegionKernel> _regions = new();
    private readonly ConditionalWeakTable<SessionOptions, object> _registered = [];
    private readonly OrtTable _api;
    private readonly void* _domain;
    private long _last;

    private SparseOperator()
    {
        OrtEnv.Instance(); // loads the native library
        nint library = NativeLibrary.Load("onnxruntime", typeof(InferenceSession).Assembly, null);
        var getBase = (delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        _api = OrtTable.Open(getBase(), OrtNeed.CustomOperators);
        var op = SparseCallbacks.Describe(_api.ApiVersion);
        void* domain = null;
        fixed (byte* name = Utf8.Terminated(RegionReplacement.Domain))
            _api.Check(((delegate* unmanaged<byte*, void**, void*>)_api[OrtSlot.CreateCustomOpDomain])(name, &domain));
        _api.Check(((delegate* unmanaged<void*, OrtCustomOp*, void*>)_api[OrtSlot.CustomOpDomain_Add])(domain, op));
        _domain = domain;
        Announce();
    }

    /// <summary>The only one.</summary>
    /// <exception cref="NotSupportedException">The application's ONNX Runtime is too old.</exception>
    public static SparseOperator Instance => _instance.Value;

    /// <summary>ONNX Runtime.</summary>
    public OrtTable Api => _api;

    /// <summary>Regions that sessions can still be made of.</summary>
    public int RegionCount => _regions.Count;

    /// <summary>Makes the operator known to the sessions of some options; once is enough.</summary>
    public void Register(SessionOptions options)
    {
        lock (_registered)
        {
            if (_registered.TryGetValue(options, out _))
                return;
            _api.Check(((delegate* unmanaged<void*, void*, void*>)_api[OrtSlot.AddCustomOpDomain])((void*)options.DangerousGetHandle(), _domain));
            _registered.Add(options, this);
        }
    }

    // ONNX Runtime keeps one table of domains for the process and fills it when a session is made, without a lock: two first sessions at once would fail. This is the first.
    private void Announce()
    {
        var graph = new GraphProto { Name = "g", Input = { Number("x") }, Output = { Number("y") }, Node = { new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "y" } } } };
        using var options = new SessionOptions();
        Register(options);
        using var session = new InferenceSession(new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 13 } }, Graph = graph }.ToByteArray(), options);
    }

    private static ValueInfoProto Number(string name) => new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new() } } };

    /// <summary>Gives a region a number.</summary>
    public long Add(RegionKernel region)
    {
        long number = Interlocked.Increment(ref _last);
        _regions[number] = region;
        return number;
    }

    /// <summary>Forgets a region; kernels that were made of it keep it.</summary>
    public void Remove(long number)
    {
        if (_regions.TryRemove(number, out var region))
            region.Release();
    }

    /// <summary>A region for a kernel, which must release it.</summary>
    public RegionKernel Take(long number)
    {
        if (!_regions.TryGetValue(number, out var region))
            throw new InvalidOperationException($"Sparse region {number} is not of this process; a model with such nodes only lives in memory.");
        region.Retain();
        return region;
    }
}
