namespace PruneSharp.Torch.Onnx;

/// <summary>What a fraction of a model's units is measured by.</summary>
public enum ShrinkMeasure
{
    /// <summary>Multiply-accumulates of one run.</summary>
    Macs,

    /// <summary>Elements of the weights.</summary>
    Parameters,
}
