using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Collects the statistics of one batch normalization, a sum of what each call sees, in float64.</summary>
internal sealed class BatchNormStatistics(string name, BatchNorm module)
{
    private readonly double? _momentum = module.momentum;
    private readonly Tensor _runningMean = module.running_mean!, _runningVariance = module.running_var!;
    private readonly Tensor _meanBefore = module.running_mean!.clone(), _varianceBefore = module.running_var!.clone();
    private readonly Tensor? _countBefore = module.num_batches_tracked?.clone();
    private readonly Tensor _mean = zeros_like(module.running_mean!, float64), _variance = zeros_like(module.running_var!, float64);
    private Action? _removeHook;
    private long _count;
    private bool _isDone;

    /// <summary>From now on a call leaves its own mean and variance in the module, from where they are added up.</summary>
    public void Begin()
    {
        module.train();
        module.momentum = 1;
        var hook = module.register_forward_hook((_, _, output) =>
        {
            _mean.add_(_runningMean);
            _variance.add_(_runningVariance);
            _count++;
            return output;
        });
        _removeHook = hook.remove;
    }

    /// <summary>Whether the result can be used.</summary>
    public void Check()
    {
        if (!FiniteValues.Are(_mean) || !FiniteValues.Are(_variance))
            throw new ArithmeticException($"{(name.Length == 0 ? "The batch normalization" : name)} saw NaN or infinity. Check the inputs and the weights before it.");
    }

    /// <summary>Keeps the means over all calls; a module that was never called stays as it was.</summary>
    public void Commit()
    {
        if (_count == 0)
            return;
        _runningMean.copy_(_mean / _count);
        _runningVariance.copy_(_variance / _count);
        module.num_batches_tracked?.fill_(_count);
        _isDone = true;
    }

    /// <summary>Puts the momentum back, and what was not committed.</summary>
    public void End()
    {
        _removeHook?.Invoke();
        module.momentum = _momentum;
        if (_isDone)
            return;
        _runningMean.copy_(_meanBefore);
        _runningVariance.copy_(_varianceBefore);
        if (_countBefore is not null)
            module.num_batches_tracked!.copy_(_countBefore);
    }
}
