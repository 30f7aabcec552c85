using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>The whole state of an optimizer: groups, options, and numbers and tensors of all parameters.</summary>
internal sealed class OptimizerSnapshot
{
    // Kept only with some options, or from the first step on.
    private static readonly HashSet<string> _optional = ["momentum_buffer", "grad_avg", "max_exp_avg_sq"];

    private readonly List<(OptimizerOptions Options, List<(string Name, Parameter Parameter, OptimizerState State)> Parameters)> _groups = [];
    private readonly string _kind;

    /// <summary>Looks into an optimizer.</summary>
    /// <param name="optimizer">One whose state <see cref="OptimizerTensors"/> can see.</param>
    /// <param name="model">Gives its parameters their names.</param>
    public OptimizerSnapshot(optim.Optimizer optimizer, nn.Module model)
    {
        _kind = optimizer.GetType().Name;
        var names = model.named_parameters().GroupBy(p => p.parameter.Handle).ToDictionary(g => g.Key, g => g.First().name);
        foreach (var group in optimizer.ParamGroups.OfType<ParamGroup>())
        {
            _groups.Add((group.Options, [.. group.Parameters.Select(p => (names.GetValueOrDefault(p.Handle, ""), p, OptimizerTensors.StateOf(optimizer, p)
                ?? throw new ArgumentException($"{_kind} keeps no state for {names.GetValueOrDefault(p.Handle, "a parameter")}, which a checkpoint needs.", nameof(optimizer))))]));
        }
    }

    /// <summary>Names, options and numbers as they are now.</summary>
    public CheckpointOptimizer Header => new(_kind, [.. _groups.Select(g => new CheckpointGroup(
        SimpleValue.Texts(Options(g.Options, areSwitches: true)), SimpleValue.Texts(Options(g.Options, areSwitches: false)),
        [.. g.Parameters.Select(p => new CheckpointParameter(p.Name, SimpleValue.Texts(SimpleValue.Of(p.State)), [.. Fields(p.State).Where(f => Tensor(p.State, f) is not null).Select(f => f.Name)]))]))]);

    /// <summary>All tensors by their names in a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors() =>
        from parameter in _groups.SelectMany(g => g.Parameters).Select((p, i) => (p.State, Index: i))
        from field in Fields(parameter.State)
        let tensor = Tensor(parameter.State, field)
        where tensor is not null
        select (TensorName(parameter.Index, field.Name), tensor);

    /// <summary>Checks the state of a file, which fits by <see cref="CheckpointOptimizer.Difference"/>.</summary>
    /// <returns>What carries it out.</returns>
    /// <exception cref="InvalidModelException">A number or tensor is missing or unfit.</exception>
    public List<Action> Restoring(CheckpointOptimizer header, CheckpointTensors file)
    {
        var actions = new List<Action>();
        int index = 0;
        foreach (var (group, saved) in _groups.Zip(header.Groups))
        {
            actions.AddRange(Numbers(Options(group.Options, areSwitches: false), saved.Numbers, file));
            foreach (var (parameter, kept) in group.Parameters.Zip(saved.Parameters))
            {
                actions.AddRange(Numbers(SimpleValue.Of(parameter.State), kept.Numbers, file));
                foreach (var field in Fields(parameter.State))
                    actions.Add(Restoring(field, parameter.Parameter, parameter.State, TensorName(index, field.Name), kept.Tensors.Contains(field.Name), file));
                index++;
            }
        }

        return actions;
    }

    private static Action Restoring(FieldInfo field, Parameter parameter, OptimizerState state, string name, bool isSaved, CheckpointTensors file)
    {
        var before = Tensor(state, field);
        if (!isSaved && before is not null && !_optional.Contains(field.Name))
            throw file.Wrong($"there is no {name}, which the optimizer needs.");
        var value = isSaved ? file.Take(name, before ?? parameter, isFinite: true) : null;
        return () =>
        {
            field.SetValue(state, value?.to(parameter.device).DetachFromDisposeScope());
            before?.Dispose();
        };
    }

    private static IEnumerable<Action> Numbers(IReadOnlyList<SimpleValue> values, Dictionary<string, string?> texts, CheckpointTensors file)
    {
        if (!values.Select(v => v.Name).Order(StringComparer.Ordinal).SequenceEqual(texts.Keys.Order(StringComparer.Ordinal)))
            throw file.Wrong($"the optimizer has the numbers {string.Join(", ", values.Select(v => v.Name))}, but the file has {string.Join(", ", texts.Keys)}.");
        try
        {
            var parsed = values.Select(v => (v.Name, v.Set, Value: v.Parse(texts[v.Name]))).ToList();
            return parsed.FirstOrDefault(p => p.Value is long and < 0 || (p.Value is double number && !double.IsFinite(number))) is { Name: { } name, Value: { } bad }
                ? throw file.Wrong(FormattableString.Invariant($"the optimizer's {name} is {bad}; expected a finite number, and a count of at least 0."))
                : parsed.Where(p => p.Set is not null).Select(p => (Action)(() => p.Set!(p.Value)));
        }
        catch (FormatException error)
        {
            throw file.Wrong(error.Message);
        }
    }

    private static IReadOnlyList<SimpleValue> Options(OptimizerOptions options, bool areSwitches) =>
        [.. SimpleValue.Of(options).Where(v => v.Type == typeof(bool) == areSwitches)];

    private static IEnumerable<FieldInfo> Fields(OptimizerState state) => state.GetType().GetFields().Where(f => f.FieldType == typeof(Tensor));

    private static Tensor? Tensor(OptimizerState state, FieldInfo field) => field.GetValue(state) is Tensor { IsInvalid: false } tensor ? tensor : null;

    private static string TensorName(int parameter, string field) => FormattableString.Invariant($"optimizer.{parameter}.{field}");
}
