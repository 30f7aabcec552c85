namespace PruneSharp;

/// <summary>Finds outputs that compute nothing.</summary>
public static class DeadOutputs
{
    /// <summary>Number of outputs (rows of the canonical view) whose weights are all zero; −0 counts as zero.</summary>
    public static long Count(WeightTensor tensor)
    {
        var largest = Structure.Channel(0, double.PositiveInfinity).Scores(tensor, Criterion.L1, zerosFirst: false);
        var scores = new double[largest.Length];
        largest.CopyTo(0, scores);
        return scores.LongCount(s => s == 0);
    }
}
