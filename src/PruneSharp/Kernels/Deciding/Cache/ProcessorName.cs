using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace PruneSharp.Kernels;

/// <summary>What this machine's processor calls itself.</summary>
internal static class ProcessorName
{
    // CPUID answers 16 characters of the name for each of these.
    private const int FirstLeaf = unchecked((int)0x80000002);
    private const int LastLeaf = unchecked((int)0x80000004);
    private const int HighestLeaf = unchecked((int)0x80000000);

    /// <summary>The name, such as <c>AMD EPYC 7763</c>; the architecture where the processor does not tell.</summary>
    public static string Value { get; } = Read();

    private static string Read()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString();
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(HighestLeaf, 0).Eax < unchecked((uint)LastLeaf)) return architecture;
        Span<byte> name = stackalloc byte[48];
        for (int leaf = FirstLeaf, at = 0; leaf <= LastLeaf; leaf++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(leaf, 0);
            foreach (int part in (ReadOnlySpan<int>)[a, b, c, d])
            {
                BinaryPrimitives.WriteInt32LittleEndian(name[at..], part);
                at += sizeof(int);
            }
        }

        string text = Encoding.ASCII.GetString(name).Trim('\0', ' ');
        return text.Length > 0 ? text : architecture;
    }
}
