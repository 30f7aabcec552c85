using System.Runtime.InteropServices;
using CsCheck;

namespace PruneSharp.Tests;

public sealed class ArchiveTests
{
    private static readonly Gen<(ElementType Type, long[] Shape, byte[] Stored)> Tensors =
        from type in Gen.OneOf(Enum.GetValues<ElementType>().Select(Gen.Const).ToArray())
        from shape in Gen.Long[0, 40].Array[0, 3]
        from density in Gen.OneOf(0.0, 0.02, 0.1, 0.5, 1.0)
        from seed in Gen.Int
        select (type, shape, Stored(type, shape.Aggregate(1L, (a, b) => a * b), density, seed));

    [Fact]
    public void Every_bit_comes_back() => Tensors.Sample(
        tensor =>
        {
            byte[] file = [1, 2, 3, .. tensor.Stored, 4, 5];
            byte[] archive = Archive(file, 3, tensor.Shape, tensor.Stored, tensor.Type, ValueEncoding.Exact);
            Assert.Equal(file, Restored(archive));
        },
        iter: 400);

    [Fact]
    public void Equal_values_lose_only_the_sign_of_zero()
    {
        byte[] stored = [.. new[] { 1f, -0f, 0f, 2f, -0f, 7f, 8f, 9f }.SelectMany(BitConverter.GetBytes)];
        byte[] file = Restored(Archive(stored, 0, [8], stored, ElementType.Float32, ValueEncoding.Equal));
        Assert.Equal([1, 0, 0, 2, 0, 7, 8, 9], MemoryMarshal.Cast<byte, float>(file).ToArray());
        Assert.False(float.IsNegative(MemoryMarshal.Cast<byte, float>(file)[1]));
    }

    [Fact]
    public void Halves_and_codebooks_round_and_say_nothing_about_what_they_cannot_hold()
    {
        byte[] stored = [.. new[] { 0.1f, 0f, -3f, 0.2f, 0.3f }.SelectMany(BitConverter.GetBytes)];
        byte[] half = Restored(Archive(stored, 0, [5], stored, ElementType.Float32, ValueEncoding.Half));
        Assert.Equal([(float)(Half)0.1f, 0, -3, (float)(Half)0.2f, (float)(Half)0.3f], MemoryMarshal.Cast<byte, float>(half).ToArray());
        byte[] coded = Restored(Archive(stored, 0, [5], stored, ElementType.Float32, ValueEncoding.Codebook(2)));
        Assert.Equal([0.1f, 0, -3, 0.2f, 0.3f], MemoryMarshal.Cast<byte, float>(coded).ToArray()); // four values have room
        byte[] large = [.. new[] { 1e6f, 0f, 1f }.SelectMany(BitConverter.GetBytes)];
        Assert.Equal(large, Restored(Archive(large, 0, [3], large, ElementType.Float32, ValueEncoding.Half)));
        byte[] infinite = [.. new[] { float.PositiveInfinity, 0f, 1f }.SelectMany(BitConverter.GetBytes)];
        Assert.Equal(infinite, Restored(Archive(infinite, 0, [3], infinite, ElementType.Float32, ValueEncoding.Codebook(4))));
    }

    [Fact]
    public void A_tensor_is_read_without_the_rest()
    {
        byte[] stored = Stored(ElementType.Float32, 5000, 0.1, 1), file = [9, 9, .. stored];
        byte[] archive = Archive(file, 2, [50, 100], stored, ElementType.Float32, ValueEncoding.Exact);
        archive[7] ^= 0xFF; // the bytes outside of tensors
        var reader = PszReader.Open(new MemoryStream(archive), "a.psz");
        var tensor = Assert.Single(reader.Files[0].Tensors);
        Assert.Equal(("w", ElementType.Float32, 5000), (tensor.Name, tensor.Type, tensor.Length));
        Assert.Equal(stored, reader.Chunk(tensor, 0));
        Assert.Throws<InvalidModelException>(() => reader.Restore(reader.Files[0], Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Random_masks_cost_at_most_one_percent_over_their_bound_and_patterned_ones_less()
    {
        // Survivors are all 1, so that positions are all there is to store.
        const int Rows = 400, Columns = 500;
        var random = new Random(5);
        var half = new byte[Rows * Columns * 2];
        for (int i = 0; i < Rows * Columns; i++)
            half[i * 2 + 1] = random.NextDouble() < 0.1 ? (byte)0x3C : (byte)0;
        Assert.InRange(Archive(half, 0, [Rows, Columns], half, ElementType.Float16, ValueEncoding.Exact).Length, 0, Bound(half) * 1.01 + 100);

        // Half of the columns are empty, as behind dead inputs.
        for (int i = 0; i < Rows * Columns; i++)
            if (i % Columns % 2 == 0)
                half[i * 2 + 1] = 0;
        Assert.InRange(Archive(half, 0, [Rows, Columns], half, ElementType.Float16, ValueEncoding.Exact).Length, 0, Bound(half) * 0.85);

        static double Bound(byte[] stored) => EntropyBound.Bytes(Rows * Columns, SparseChunk.Of(stored, ElementType.Float16, true).Positions.Length, 0);
    }

    [Fact]
    public void Any_flipped_byte_and_any_truncation_is_one_clear_error()
    {
        byte[] stored = Stored(ElementType.Float32, 600, 0.2, 7), file = [1, 2, 3, .. stored];
        byte[] archive = Archive(file, 3, [20, 30], stored, ElementType.Float32, ValueEncoding.Exact);
        for (int i = 0; i < archive.Length; i++)
        {
            foreach (byte flip in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] damaged = [.. archive];
                damaged[i] ^= flip;
                Assert.StartsWith("a.psz: ", Assert.Throws<InvalidModelException>(() => Restored(damaged)).Message);
            }

            Assert.Throws<InvalidModelException>(() => Restored(archive[..i]));
        }
    }

    [Fact]
    public void Damaged_blocks_behind_a_right_checksum_never_do_worse_than_an_error()
    {
        var random = new Random(11);
        byte[] stored = Stored(ElementType.Float32, 900, 0.15, 3);
        var chunk = SparseChunk.Of(stored, ElementType.Float32, true);
        foreach (var codebook in new[] { null, Codebook.Fit([chunk], chunk.Positions.Length, 3, ElementType.Float32) })
        {
            byte[] block = ChunkWriter.Encode(chunk, ValueEncoding.Exact, codebook, 30);
            for (int round = 0; round < 3000; round++)
            {
                byte[] damaged = [.. block];
                damaged[random.Next(Math.Min(damaged.Length, round % 2 == 0 ? 8 : int.MaxValue))] = (byte)random.Next(256);
                try
                {
                    ChunkReader.Decode(damaged.AsSpan(0, random.Next(4) == 0 ? random.Next(damaged.Length) : damaged.Length), ElementType.Float32, new byte[stored.Length]);
                }
                catch (InvalidDataException)
                {
                    // The one error that is allowed.
                }
            }
        }
    }

    [Fact]
    public void Overlapping_tensors_are_refused()
    {
        var tensor = new ArchiveInputTensor("w", [2], 0, WeightData.Of(new byte[8], ElementType.Float32), ValueChoice.Exact);
        var input = new ArchiveInput("f", 12, (_, _, _) => { }, [tensor, tensor with { Offset = 4 }]);
        Assert.Throws<ArgumentException>(() => PszWriter.Write(new MemoryStream(), [input], TestContext.Current.CancellationToken));
    }

    private static byte[] Archive(byte[] file, int offset, long[] shape, byte[] stored, ElementType type, ValueEncoding values)
    {
        using var output = new MemoryStream();
        var tensor = new ArchiveInputTensor("w", shape, offset, WeightData.Of(stored, type), ValueChoice.Of(WeightData.Of(stored, type), values, TestContext.Current.CancellationToken));
        PszWriter.Write(output, [new("model.onnx", file.Length, (to, at, count) => to.Write(file.AsSpan((int)at, (int)count)), [tensor])], TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static byte[] Restored(byte[] archive)
    {
        var reader = PszReader.Open(new MemoryStream(archive), "a.psz");
        using var output = new MemoryStream();
        reader.Restore(Assert.Single(reader.Files), output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    // Any bits at all among the survivors: −0, infinities, NaN with payloads.
    private static byte[] Stored(ElementType type, long length, double density, int seed)
    {
        var random = new Random(seed);
        var stored = new byte[length * type.Bytes()];
        for (int i = 0; i < length; i++)
            if (random.NextDouble() < density)
                random.NextBytes(stored.AsSpan(i * type.Bytes(), type.Bytes()));
        return stored;
    }
}
