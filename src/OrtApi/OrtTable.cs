using System.Globalization;
using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>ONNX Runtime's table of C functions, checked before the first use.</summary>
internal sealed unsafe partial class OrtTable
{
    private readonly void** _slots;

    private OrtTable(void** slots, string version, uint apiVersion)
    {
        _slots = slots;
        Version = version;
        ApiVersion = apiVersion;
    }

    /// <summary>The runtime's version, such as <c>1.31.1</c>.</summary>
    public string Version { get; }

    /// <summary>The version of the table that was asked for.</summary>
    public uint ApiVersion { get; }

    /// <summary>A function of the table.</summary>
    public void* this[OrtSlot slot] => _slots[(int)slot];

    /// <summary>Asks a runtime for its table, for the oldest version that will do, so that any newer runtime gives it.</summary>
    /// <param name="apiBase">What <c>OrtGetApiBase</c> returns: two functions, GetApi and GetVersionString.</param>
    /// <param name="need">What is needed.</param>
    /// <exception cref="NotSupportedException">The runtime is too old, or lacks a function that is needed.</exception>
    public static OrtTable Open(void* apiBase, OrtNeed need)
    {
        var (getApi, getVersion) = ((nint)((void**)apiBase)[0], (nint)((void**)apiBase)[1]);
        string version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)getVersion)()) ?? "";
        string[] parts = version.Split('.');
        if (parts.Length < 2 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major) || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
            throw new NotSupportedException($"ONNX Runtime gives its version as '{version}'; expected numbers such as 1.31.1.");
        if (major != 1 || minor < need.ApiVersion)
            throw new NotSupportedException($"{need.Purpose} need ONNX Runtime 1.{need.ApiVersion} or a later 1.x; found {version}. Update the package Microsoft.ML.OnnxRuntime.");
        var slots = ((delegate* unmanaged<uint, void**>)getApi)(need.ApiVersion);
        if (slots is null)
            throw new NotSupportedException($"ONNX Runtime {version} does not give version {need.ApiVersion} of its C interface, which {need.Purpose.ToLowerInvariant()} need.");
        foreach (var slot in need.Slots)
            if (slots[(int)slot] is null)
                throw new NotSupportedException($"ONNX Runtime {version} has no function {slot} at position {(int)slot} of its C interface, which {need.Purpose.ToLowerInvariant()} need.");
        return new(slots, version, need.ApiVersion);
    }

    /// <summary>Turns a status into an exception and releases it.</summary>
    /// <exception cref="InvalidOperationException">The status is an error.</exception>
    public void Check(void* status)
    {
        if (status is null)
            return;
        string message = Text(((delegate* unmanaged<void*, byte*>)this[OrtSlot.GetErrorMessage])(status));
        ((delegate* unmanaged<void*, void>)this[OrtSlot.ReleaseStatus])(status);
        throw new InvalidOperationException($"ONNX Runtime {Version}: {message}");
    }

    /// <summary>Releases a status, be it an error or not.</summary>
    public void Ignore(void* status)
    {
        if (status is not null)
            ((delegate* unmanaged<void*, void>)this[OrtSlot.ReleaseStatus])(status);
    }

    /// <summary>Turns an exception into a status, for it may not leave a function that ONNX Runtime calls.</summary>
    public void* Status(Exception error) => Status(this[OrtSlot.CreateStatus], error);

    /// <summary>The same where <see cref="Open"/> has refused the runtime: the oldest table has the function too, at the same place.</summary>
    public static void* StatusWithoutTable(void* apiBase, Exception error)
    {
        var slots = ((delegate* unmanaged<uint, void**>)((void**)apiBase)[0])(1);
        return slots is null ? null : Status(slots[(int)OrtSlot.CreateStatus], error);
    }

    private static void* Status(void* create, Exception error)
    {
        const int Fail = 1;
        fixed (byte* message = Utf8.Terminated($"PruneSharp: {error.Message} ({error.GetType().Name})"))
            return ((delegate* unmanaged<int, byte*, void*>)create)(Fail, message);
    }

    /// <summary>A string that ONNX Runtime owns.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
