using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>What an optimizer keeps for one parameter: momentum, squares and the like, in the parameter's shape.</summary>
internal sealed class OptimizerTensors
{
    private static readonly FieldInfo? _states = typeof(OptimizerHelper).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly OptimizerHelper _optimizer;
    private readonly Parameter _parameter;
    private readonly ParamGroup _group;
    private OptimizerState? _state;
    private FieldInfo[] _fields = [];

    private OptimizerTensors(OptimizerHelper optimizer, Parameter parameter, ParamGroup group) =>
        (_optimizer, _parameter, _group) = (optimizer, parameter, group);

    /// <summary>Those of a parameter.</summary>
    /// <exception cref="ArgumentException">The optimizer does not train the parameter, or is of a kind whose state is hidden.</exception>
    public static OptimizerTensors Of(optim.Optimizer optimizer, Parameter parameter, string name)
    {
        if (optimizer is not OptimizerHelper helper || _states is null)
            throw new ArgumentException($"{optimizer.GetType().Name} hides its state, so that of pruned weights cannot be zeroed. Use another optimizer.", nameof(optimizer));
        var group = helper.ParamGroups.OfType<ParamGroup>().FirstOrDefault(g => g.Parameters.Any(p => ReferenceEquals(p, parameter) || p.Handle == parameter.Handle))
            ?? throw new ArgumentException($"The optimizer does not train {name}, which the plan prunes. Create it from the parameters of the same model, or leave {name} out with the plan's targets.", nameof(optimizer));
        return new(helper, parameter, group);
    }

    /// <summary>What an optimizer keeps for a parameter; null where it keeps or shows nothing.</summary>
    public static OptimizerState? StateOf(optim.Optimizer optimizer, Parameter parameter) =>
        optimizer is OptimizerHelper && ((OrderedDict<nint, OptimizerState>)_states!.GetValue(optimizer)!).TryGetValue(parameter.Handle, out var state) ? state : null;

    public double LearningRate => _group.LearningRate;

    /// <summary>The tensors that exist now; none before the optimizer's first step for most kinds.</summary>
    public IEnumerable<Tensor> All()
    {
        if (StateOf(_optimizer, _parameter) is { } state && !ReferenceEquals(state, _state))
            (_state, _fields) = (state, [.. state.GetType().GetFields().Where(f => f.FieldType == typeof(Tensor))]);
        foreach (var field in _fields)
        {
            if (field.GetValue(_state) is Tensor tensor && !tensor.IsInvalid && tensor.shape.AsSpan().SequenceEqual(_parameter.shape))
                yield return tensor;
        }
    }

    /// <summary>Puts the state back to that before the first step: tensors, and counters such as those that Adam divides by.</summary>
    public void Reset()
    {
        Tensor[] before = [.. All()];
        _state?.Initialize(_group.Options);
        foreach (var tensor in before.Except(All(), ReferenceEqualityComparer.Instance).OfType<Tensor>())
            tensor.Dispose();
    }
}
