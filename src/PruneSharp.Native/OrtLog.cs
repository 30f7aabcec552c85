using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>ONNX Runtime's log of a session.</summary>
internal sealed unsafe class OrtLog(OrtTable api, void* logger)
{
    private const int InfoLevel = 1;
    private const int WarningLevel = 2;

    private readonly void* _logger = logger;

    /// <summary>Something worth knowing.</summary>
    public void Info(string message) => Write(InfoLevel, message);

    /// <summary>Something that is not as it should be.</summary>
    public void Warning(string message) => Write(WarningLevel, message);

    // Where a message stands in the source is of no use to a reader; the path has wide characters on Windows.
    private void Write(int level, string message)
    {
        fixed (byte* text = Utf8.Terminated(message))
        fixed (byte* name = ProviderNames.Provider)
        fixed (char* wide = "PruneSharp")
            api.Check(((delegate* unmanaged<void*, int, byte*, void*, int, byte*, void*>)api[OrtSlot.Logger_LogMessage])(_logger, level, text, OperatingSystem.IsWindows() ? wide : name, 0, name));
    }
}
