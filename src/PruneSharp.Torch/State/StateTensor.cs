using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Reads part of a tensor's values, row-major, from a byte on.</summary>
internal delegate void ReadPart(long offset, Span<byte> destination);

/// <summary>One tensor of a file of either kind.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">What the file calls its type.</param>
/// <param name="Type">Its dtype; null where TorchSharp lacks it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Read">Reads its values.</param>
internal sealed record StateTensor(string Name, string TypeName, ScalarType? Type, long[] Shape, long Bytes, ReadPart Read)
{
    /// <summary>A new tensor on the CPU with the values of the file.</summary>
    public Tensor ToTensor(string file)
    {
        CheckHeld(file);
        var tensor = empty(Shape, Type, CPU);
        try
        {
            TensorMemory.Fill(tensor, Read);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what no tensor of TorchSharp can hold.</summary>
    /// <exception cref="InvalidModelException">The dtype is missing, or the dimensions, with 0 taken as 1, multiply beyond 64 bits.</exception>
    public void CheckHeld(string file)
    {
        if (Type is null)
            throw new InvalidModelException(file, $"tensor {Name} has dtype {TypeName}, which TorchSharp lacks. Convert it to another one first.");
        Int128 room = 16;
        foreach (long dimension in Shape)
        {
            room *= Math.Max(1, dimension);
            if (room > long.MaxValue)
                throw new InvalidModelException(file, $"tensor {Name} has shape [{string.Join(", ", Shape)}], which is larger than any memory.");
        }
    }
}
