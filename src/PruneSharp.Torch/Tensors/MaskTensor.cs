using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Masks of the core as tensors, and back.</summary>
internal static class MaskTensor
{
    /// <summary>A tensor of ones and zeros.</summary>
    public static Tensor Of(Mask mask, long[] shape, ScalarType type, Device device)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var stored = empty(shape, ElementTypes.Of(type) is null ? float32 : type);
        using (var dense = DenseTensor.Of(stored)!)
        {
            dense.ExpectWrites();
            dense.ForEachPiece((first, count) => mask.WriteNumbers(dense.Bytes(first, count), dense.Type, first));
        }

        return stored.to(type, device).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses a mask that holds anything but 0 and 1.</summary>
    /// <exception cref="ArgumentException">It does; the first such value is named.</exception>
    public static void CheckBinary(Tensor mask, string name)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var flat = mask.detach().reshape(-1);
        var others = flat.ne(0).logical_and(flat.ne(1)).nonzero();
        if (others.shape[0] == 0)
            return;
        long index = others[0, 0].item<long>();
        throw new ArgumentException($"{name}[{index}] is {flat[index].to(float64).item<double>()}; a mask holds only 0 (pruned) and 1 (keep).", nameof(mask));
    }

    /// <summary>The same mask laid out in memory as the weights are, so that multiplying walks both in order.</summary>
    public static Tensor LaidOutAs(Tensor mask, Tensor weights)
    {
        using var guard = no_grad();
        var laidOut = empty_like(weights.detach(), mask.dtype, mask.device);
        return laidOut.copy_(mask);
    }
}
