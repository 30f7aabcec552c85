namespace PruneSharp.Onnx;

/// <summary>What removed constants leave behind: amounts in biases, and channels of operands that are written anew.</summary>
internal sealed class DeadTraces(BiasFolds folds, SlotConstants constants)
{
    /// <summary>Values that were not in the model.</summary>
    public long FreshParameters(Cut cut) => folds.FreshParameters(cut);

    /// <summary>The bias that a constant becomes; null where nothing is added to it.</summary>
    public ConstantVersion? Version(Cut cut, GraphTensor tensor) => folds.Version(cut, tensor);

    /// <summary>Adds biases and nodes.</summary>
    public void Insert(Cut cut, ModelEdits edits)
    {
        folds.Insert(cut, edits);
        FilledOperands.Insert(cut, edits, constants);
    }
}
