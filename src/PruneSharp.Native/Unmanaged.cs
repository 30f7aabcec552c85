using System.Runtime.InteropServices;

namespace PruneSharp.Native;

/// <summary>C structures that carry a handle of a managed object.</summary>
internal static unsafe class Unmanaged
{
    /// <summary>A structure of zeros; freed by <see cref="Free{T}"/>.</summary>
    public static T* New<T>()
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)sizeof(T));

    /// <summary>A handle that keeps an object.</summary>
    public static nint Handle(object target) => GCHandle.ToIntPtr(GCHandle.Alloc(target));

    /// <summary>The object of a handle.</summary>
    public static T Of<T>(nint handle)
        where T : class => (T)GCHandle.FromIntPtr(handle).Target!;

    /// <summary>Frees a structure and the handle in it.</summary>
    public static void Free<T>(T* structure, nint handle)
        where T : unmanaged
    {
        GCHandle.FromIntPtr(handle).Free();
        NativeMemory.Free(structure);
    }
}
