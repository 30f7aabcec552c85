using System.Buffers.Binary;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>The state of torch's random numbers on the CPU (mt19937), which libtorch ends the process over if it is not one.</summary>
internal static class RandomState
{
    // Of libtorch's CPUGeneratorImplState: initial seed (8 bytes), left (4), seeded (4), next (8), then 624 words and what normal numbers leave.
    private const int Bytes = 5056, LeftOffset = 8, SeededOffset = 12, NextOffset = 16, Words = 624;

    /// <summary>Whether libtorch takes a state.</summary>
    /// <param name="state">Bytes on the CPU, as many as the present state has.</param>
    public static bool IsValid(Tensor state)
    {
        var bytes = state.bytes;
        if (bytes.Length != Bytes)
            return true;
        int left = BinaryPrimitives.ReadInt32LittleEndian(bytes[LeftOffset..]);
        return left is > 0 and <= Words && BinaryPrimitives.ReadInt32LittleEndian(bytes[SeededOffset..]) == 1 && BinaryPrimitives.ReadUInt64LittleEndian(bytes[NextOffset..]) <= Words;
    }
}
