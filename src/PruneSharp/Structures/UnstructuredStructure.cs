namespace PruneSharp;

/// <summary>Every weight is a unit.</summary>
internal sealed record UnstructuredStructure : Structure
{
    public override long UnitCount(WeightTensor tensor) => tensor.Data.Length;

    // By magnitude zeros are lowest anyway, and the stored bits are the scores.
    public override UnitScores Scores(WeightTensor tensor, Criterion criterion, bool zerosFirst) => criterion.RanksByMagnitude
        ? UnitScores.OfMagnitudes(tensor.Name, tensor.Data)
        : new CriterionScores(tensor, criterion, zerosFirst);

    public override Mask Expand(WeightTensor tensor, Mask units) => units.Reshape(tensor.Layout.Shape);

    public override string ToString() => "unstructured";
}
