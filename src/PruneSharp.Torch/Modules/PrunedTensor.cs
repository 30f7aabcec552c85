using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// One pruned parameter of a module. The mask is the module's buffer <c>name_mask</c>; original and mask are always read from the module,
/// because moving it to another type or device puts new ones there.
/// </summary>
internal abstract class PrunedTensor(nn.Module module, string name, prune.BasePruningMethod method)
{
    /// <summary>The parameter's name before it was pruned.</summary>
    public string Name { get; } = name;

    /// <summary>The method, or the container of all that were applied.</summary>
    public prune.BasePruningMethod Method { get; set; } = method;

    /// <summary>The trained parameter.</summary>
    public abstract Parameter Original { get; }

    /// <summary>What the module computes with.</summary>
    public abstract Tensor Effective { get; }

    /// <summary>The mask.</summary>
    public Tensor Mask
    {
        get => ModuleParts.Buffers(Module)[MaskName].Item1;
        set => ModuleParts.Buffers(Module)[MaskName] = (value, true);
    }

    protected nn.Module Module { get; } = module;

    protected string MaskName => Name + "_mask";

    protected string OriginalName => Name + "_orig";

    /// <summary>Makes the module compute with original × mask.</summary>
    /// <param name="always">False may skip what is not needed: before a call of the module.</param>
    public abstract void Refresh(bool always);

    /// <summary>Writes the zeros into the parameter, gives it its name back and takes the mask away.</summary>
    public abstract void Remove();

    /// <summary>A tensor with what the parameter held before it was pruned at the pruned entries, and what it holds now elsewhere.</summary>
    public abstract Tensor OriginalValues();

    /// <summary>Takes over what another module's tensor held before it was pruned, where the parameters do not say it.</summary>
    public virtual void TakeHistory(PrunedTensor other)
    {
    }

    protected void RemoveMask()
    {
        var mask = Mask;
        ModuleParts.Buffers(Module).Remove(MaskName);
        Retired.Leave(mask);
    }
}
