using System.Security.Cryptography;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class Sha256HashTests
{
    [Fact]
    public void Finish_every_length_around_two_blocks_is_what_the_runtime_computes()
    {
        byte[] bytes = new byte[200];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Sha256Hash hash = new();
            hash.Add(bytes.AsSpan(0, length));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))), hash.Finish());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void Add_in_pieces_is_the_same_as_at_once(int piece)
    {
        byte[] bytes = new byte[1000];
        new Random(2).NextBytes(bytes);
        Sha256Hash hash = new();
        for (int at = 0; at < bytes.Length; at += piece) hash.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash.Finish());
    }
}
