using System.Buffers.Binary;
using System.Numerics;

namespace PruneSharp.Kernels;

/// <summary>SHA-256 (FIPS 180-4) in managed code.</summary>
/// <remarks>The runtime's own needs OpenSSL on Linux, and ends the process where it is not installed; inside the native library that would be the host's.</remarks>
internal sealed class Sha256Hash
{
    private const int BlockSize = 64;
    private readonly uint[] _state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    private readonly byte[] _open = new byte[BlockSize];
    private int _openLength;
    private ulong _length;

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _length += (ulong)bytes.Length;
        if (_openLength > 0)
        {
            int count = Math.Min(BlockSize - _openLength, bytes.Length);
            bytes[..count].CopyTo(_open.AsSpan(_openLength));
            _openLength += count;
            bytes = bytes[count..];
            if (_openLength < BlockSize) return;
            Block(_open);
            _openLength = 0;
        }

        for (; bytes.Length >= BlockSize; bytes = bytes[BlockSize..]) Block(bytes);
        bytes.CopyTo(_open);
        _openLength = bytes.Length;
    }

    /// <summary>The hash of all that was added, 32 bytes in lower-case hexadecimal. Nothing may be added afterwards.</summary>
    public string Finish()
    {
        Span<byte> end = stackalloc byte[2 * BlockSize];
        end.Clear();
        end[0] = 0x80;
        ulong bits = _length * 8;
        int zeros = ((2 * BlockSize) - 9 - _openLength) % BlockSize;
        BinaryPrimitives.WriteUInt64BigEndian(end[(1 + zeros)..], bits);
        Add(end[..(1 + zeros + sizeof(ulong))]);
        Span<byte> hash = stackalloc byte[32];
        for (int i = 0; i < _state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(hash[(4 * i)..], _state[i]);
        return Convert.ToHexStringLower(hash);
    }

    private void Block(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[BlockSize];
        for (int i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        for (int i = 16; i < w.Length; i++)
        {
            uint s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            uint s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        (uint a, uint b, uint c, uint d, uint e, uint f, uint g, uint h) = (_state[0], _state[1], _state[2], _state[3], _state[4], _state[5], _state[6], _state[7]);
        for (int i = 0; i < w.Length; i++)
        {
            uint s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint first = h + s1 + ((e & f) ^ (~e & g)) + Constants[i] + w[i];
            uint s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint second = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }
}
