using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>A criterion's scores of single weights, computed chunk by chunk as they are read.</summary>
internal sealed class CriterionScores : WideScores
{
    private readonly WeightTensor _tensor;
    private readonly Criterion _criterion;
    private readonly bool _zerosFirst;

    public CriterionScores(WeightTensor tensor, Criterion criterion, bool zerosFirst)
        : base(tensor.Name, tensor.Data.Length)
    {
        criterion.Check(tensor.Name, tensor.Data.Length);
        _tensor = tensor;
        _criterion = criterion;
        _zerosFirst = zerosFirst;
    }

    internal override ReadOnlySpan<long> Keys64(long first, int count, Span<long> buffer)
    {
        const int Chunk = 256;
        Span<byte> stored = stackalloc byte[Chunk * sizeof(double)];
        Span<double> weights = stackalloc double[Chunk];
        var scores = MemoryMarshal.Cast<long, double>(buffer[..count]);
        for (int done = 0; done < count; done += Chunk)
        {
            int now = Math.Min(Chunk, count - done);
            WeightValues.ToDouble(_tensor.Data.Read(first + done, now, stored), _tensor.Data.Type, weights[..now]);
            _criterion.Score(_tensor.Name, first + done, weights[..now], scores.Slice(done, now));
            for (int i = 0; i < now; i++)
                buffer[done + i] = _zerosFirst && weights[i] == 0 ? ScoreKey.Of(double.NegativeInfinity) : ScoreKey.Of(scores[done + i]);
        }

        return buffer[..count];
    }
}
