using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Recognises whether weights and mask are what they were. TorchSharp shows no version of a tensor, and loading a file writes past the one
/// that libtorch keeps; comparing everything would cost more than the module. So pieces spread over both are compared byte by byte: all of
/// a small tensor, 64 pieces of 64 bytes of a large one. An optimizer's step or a loaded file changes them; a program that writes single
/// weights says so itself (<see cref="prune.refresh{M}(M)"/>).
/// </summary>
internal sealed class Fingerprint
{
    private const int Pieces = 64, PieceBytes = 64;

    private readonly Parameter _original;
    private readonly Tensor _mask;
    private readonly DenseTensor _weights;
    private readonly DenseTensor _maskNumbers;
    private readonly byte[] _seen;

    private Fingerprint(Parameter original, Tensor mask, DenseTensor weights, DenseTensor maskNumbers)
    {
        _original = original;
        _mask = mask;
        _weights = weights;
        _maskNumbers = maskNumbers;
        _seen = new byte[Bytes(weights) + Bytes(maskNumbers)];
        Visit(weights, _seen.AsSpan(0, Bytes(weights)), compare: false);
        Visit(maskNumbers, _seen.AsSpan(Bytes(weights)), compare: false);
    }

    /// <summary>The fingerprint of a pair; null where their memory cannot be looked at cheaply, as on other devices.</summary>
    public static Fingerprint? Of(Parameter original, Tensor mask)
    {
        if (DenseTensor.Of(original) is not { } weights)
            return null;
        if (DenseTensor.Of(mask) is { } numbers)
            return new(original, mask, weights, numbers);
        weights.Dispose();
        return null;
    }

    /// <summary>Whether the pair is the same and holds the same.</summary>
    public bool StillHolds(Parameter original, Tensor mask) =>
        ReferenceEquals(original, _original) && ReferenceEquals(mask, _mask) && !original.IsInvalid && !mask.IsInvalid
        && Visit(_weights, _seen.AsSpan(0, Bytes(_weights)), compare: true)
        && Visit(_maskNumbers, _seen.AsSpan(Bytes(_weights)), compare: true);

    private static int Bytes(DenseTensor tensor) => (int)Math.Min(Pieces * PieceBytes, tensor.Length * tensor.Type.Bytes());

    private static bool Visit(DenseTensor tensor, Span<byte> seen, bool compare)
    {
        int size = tensor.Type.Bytes(), piece = PieceBytes / size;
        bool whole = tensor.Length <= Pieces * piece;
        long gap = whole ? 0 : (tensor.Length - piece) / (Pieces - 1);
        for (int i = 0; i < (whole ? 1 : Pieces); i++)
        {
            var there = whole ? tensor.Bytes(0, (int)tensor.Length) : tensor.Bytes(i * gap, piece);
            var known = seen.Slice(whole ? 0 : i * PieceBytes, there.Length);
            if (!compare)
                there.CopyTo(known);
            else if (!there.SequenceEqual(known))
                return false;
        }

        return true;
    }
}
