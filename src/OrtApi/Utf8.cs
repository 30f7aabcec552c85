using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PruneSharp.OrtApi;

/// <summary>Strings as C takes them.</summary>
internal static unsafe class Utf8
{
    /// <summary>A string with a zero behind it.</summary>
    public static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>The address of a literal, which stays where it is for ever. It must end with a zero.</summary>
    public static byte* Literal(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));
}
