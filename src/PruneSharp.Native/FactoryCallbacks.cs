using System.Runtime.InteropServices;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>The functions that ONNX Runtime calls of <see cref="SparseFactory"/>.</summary>
internal static unsafe class FactoryCallbacks
{
    /// <summary>A factory, freed by <see cref="Free"/>.</summary>
    public static OrtEpFactory* Create(SparseFactory target)
    {
        var factory = Unmanaged.New<OrtEpFactory>();
        factory->Version = target.Api.ApiVersion;
        factory->GetName = &GetName;
        factory->GetVendor = &GetVendor;
        factory->GetSupportedDevices = &GetSupportedDevices;
        factory->CreateEp = &CreateEp;
        factory->ReleaseEp = &ReleaseEp;
        factory->GetVendorId = &GetVendorId;
        factory->GetVersion = &GetVersion;
        factory->CreateAllocator = &CreateAllocator;
        factory->ReleaseAllocator = &ReleaseAllocator;
        factory->CreateDataTransfer = &CreateDataTransfer;
        factory->IsStreamAware = &IsStreamAware;
        factory->Handle = Unmanaged.Handle(target);
        return factory;
    }

    /// <summary>Frees a factory.</summary>
    public static void Free(OrtEpFactory* factory) => Unmanaged.Free(factory, factory->Handle);

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtEpFactory* factory) => Utf8.Literal(ProviderNames.Provider);

    [UnmanagedCallersOnly]
    private static byte* GetVendor(OrtEpFactory* factory) => Utf8.Literal(ProviderNames.Vendor);

    [UnmanagedCallersOnly]
    private static byte* GetVersion(OrtEpFactory* factory) => Utf8.Literal(ProviderNames.Version);

    // Not one of PCI's, for there is no device of ours.
    [UnmanagedCallersOnly]
    private static uint GetVendorId(OrtEpFactory* factory) => 0;

    [UnmanagedCallersOnly]
    private static byte IsStreamAware(OrtEpFactory* factory) => 0;

    [UnmanagedCallersOnly]
    private static void* GetSupportedDevices(OrtEpFactory* factory, void** devices, nuint deviceCount, void** taken, nuint most, nuint* takenCount)
    {
        var target = Unmanaged.Of<SparseFactory>(factory->Handle);
        try
        {
            *takenCount = target.TakeDevices(factory, new(devices, (int)deviceCount), new(taken, (int)most));
            return null;
        }
        catch (Exception error)
        {
            return target.Api.Status(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void* CreateEp(OrtEpFactory* factory, void** devices, void** metadata, nuint deviceCount, void* sessionOptions, void* logger, OrtEp** ep)
    {
        var target = Unmanaged.Of<SparseFactory>(factory->Handle);
        try
        {
            *ep = ProviderCallbacks.Create(target.CreateProvider(sessionOptions, logger));
            return null;
        }
        catch (Exception error)
        {
            return target.Api.Status(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void ReleaseEp(OrtEpFactory* factory, OrtEp* ep) => Unmanaged.Free(ep, ep->Handle);

    // ONNX Runtime calls these without looking whether they are there; nothing means its own.
    [UnmanagedCallersOnly]
    private static void* CreateAllocator(OrtEpFactory* factory, void* memoryInfo, void* options, void** allocator)
    {
        *allocator = null;
        return null;
    }

    [UnmanagedCallersOnly]
    private static void ReleaseAllocator(OrtEpFactory* factory, void* allocator) { }

    [UnmanagedCallersOnly]
    private static void* CreateDataTransfer(OrtEpFactory* factory, void** transfer)
    {
        *transfer = null;
        return null;
    }
}
