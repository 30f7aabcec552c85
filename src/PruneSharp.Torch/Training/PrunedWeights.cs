namespace PruneSharp.Torch;

/// <summary>What becomes of a weight while its mask is 0. The module always computes with 0.</summary>
public enum PrunedWeights
{
    /// <summary>It is 0, and so is the optimizer's state of it. If the mask lets it grow again, it starts from 0.</summary>
    Zero,

    /// <summary>Its last value is kept aside, and it continues from that value when it returns.</summary>
    Frozen,

    /// <summary>It is kept aside and trained on with the gradient of the masked network (straight-through), so it can earn its way back.</summary>
    Trained,
}
