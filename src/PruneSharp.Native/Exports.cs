using System.Runtime.InteropServices;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>What the shared library exports: the two functions of a plug-in execution provider.</summary>
internal static unsafe class Exports
{
#if GUARDED
    private const string Create = "prunesharp_create_ep_factories"; // called by guard.c
#else
    private const string Create = "CreateEpFactories";
#endif

    /// <summary>Makes the one factory. Called when an application registers the library.</summary>
    /// <param name="registrationName">The name it is registered by; not used.</param>
    /// <param name="apiBase">ONNX Runtime.</param>
    /// <param name="logger">ONNX Runtime's default log.</param>
    /// <param name="factories">Receives the factories.</param>
    /// <param name="most">How many fit.</param>
    /// <param name="count">Receives how many there are.</param>
    /// <returns>A status: null, or the error.</returns>
    [UnmanagedCallersOnly(EntryPoint = Create)]
    public static void* CreateEpFactories(byte* registrationName, void* apiBase, void* logger, OrtEpFactory** factories, nuint most, nuint* count)
    {
        OrtTable? api = null;
        try
        {
            api = OrtTable.Open(apiBase, OrtNeed.ExecutionProvider);
            ArgumentOutOfRangeException.ThrowIfZero(most);
            factories[0] = FactoryCallbacks.Create(new(api));
            *count = 1;
            return null;
        }
        catch (Exception error)
        {
            return api is null ? OrtTable.StatusWithoutTable(apiBase, error) : api.Status(error);
        }
    }

    /// <summary>Frees the factory.</summary>
    /// <returns>A status: null.</returns>
    [UnmanagedCallersOnly(EntryPoint = "ReleaseEpFactory")]
    public static void* ReleaseEpFactory(OrtEpFactory* factory)
    {
        FactoryCallbacks.Free(factory);
        return null;
    }
}
