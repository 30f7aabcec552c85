using System.Runtime.InteropServices;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>The functions that ONNX Runtime calls of <see cref="SparseProvider"/> and of the regions that it has compiled.</summary>
internal static unsafe class ProviderCallbacks
{
    /// <summary>The provider of a session; the factory frees it.</summary>
    public static OrtEp* Create(SparseProvider target)
    {
        var ep = Unmanaged.New<OrtEp>();
        ep->Version = target.Api.ApiVersion;
        ep->GetName = &GetName;
        ep->GetCapability = &GetCapability;
        ep->Compile = &Compile;
        ep->ReleaseNodeComputeInfos = &ReleaseNodeComputeInfos;
        ep->Handle = Unmanaged.Handle(target);
        return ep;
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtEp* ep) => Utf8.Literal(ProviderNames.Provider);

    [UnmanagedCallersOnly]
    private static void* GetCapability(OrtEp* ep, void* graph, void* supportInfo)
    {
        var target = Unmanaged.Of<SparseProvider>(ep->Handle);
        try
        {
            target.Claim(graph, supportInfo);
            return null;
        }
        catch (Exception error)
        {
            return target.Api.Status(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void* Compile(OrtEp* ep, void** graphs, void** fusedNodes, nuint count, OrtNodeComputeInfo** infos, void** contextNodes)
    {
        var target = Unmanaged.Of<SparseProvider>(ep->Handle);
        nuint done = 0;
        try
        {
            for (; done < count; done++)
                infos[done] = Create(target.Compile(graphs[done], fusedNodes[done]));
            GC.Collect(2, GCCollectionMode.Aggressive); // only this library's heap, where copies of the dense weights are garbage now
            return null;
        }
        catch (Exception error)
        {
            while (done > 0)
                Free(infos[--done]);
            return target.Api.Status(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void ReleaseNodeComputeInfos(OrtEp* ep, OrtNodeComputeInfo** infos, nuint count)
    {
        for (nuint i = 0; i < count; i++)
            Free(infos[i]);
    }

    private static OrtNodeComputeInfo* Create(CompiledRegion region)
    {
        var info = Unmanaged.New<OrtNodeComputeInfo>();
        info->Version = region.Api.ApiVersion;
        info->CreateState = &CreateState;
        info->Compute = &Compute;
        info->ReleaseState = &ReleaseState;
        info->Handle = Unmanaged.Handle(region);
        return info;
    }

    private static void Free(OrtNodeComputeInfo* info)
    {
        Unmanaged.Of<CompiledRegion>(info->Handle).Kernel.Release();
        Unmanaged.Free(info, info->Handle);
    }

    [UnmanagedCallersOnly]
    private static void* CreateState(OrtNodeComputeInfo* info, void* context, void** state)
    {
        *state = null;
        return null;
    }

    [UnmanagedCallersOnly]
    private static void* Compute(OrtNodeComputeInfo* info, void* state, void* context)
    {
        var region = Unmanaged.Of<CompiledRegion>(info->Handle);
        return region.Kernel.Compute(region.Api, context);
    }

    [UnmanagedCallersOnly]
    private static void ReleaseState(OrtNodeComputeInfo* info, void* state) { }
}
