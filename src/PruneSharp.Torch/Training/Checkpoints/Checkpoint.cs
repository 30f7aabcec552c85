using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Writes and reads the whole state of a sparse training as one safetensors file.</summary>
internal static class Checkpoint
{
    private const string Random = "random.cpu";

    /// <summary>Writes a checkpoint.</summary>
    public static void Save(string path, bool force, SparseTraining training, TrainingMethod method, optim.Optimizer? optimizer)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var snapshot = optimizer is null ? null : new OptimizerSnapshot(optimizer, training.Model);
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, tensor, isTrained, _) in Slots(training))
        {
            if (isTrained)
                CheckFinite(name, tensor);
            state.Add(name, tensor);
        }

        foreach (var (name, tensor) in snapshot?.Tensors() ?? [])
        {
            CheckFinite(name, tensor);
            state.Add(name, tensor);
        }

        foreach (var (prefix, kept, _) in KeptState(training))
        {
            foreach (var (name, tensor) in kept)
                state.Add(prefix + name, tensor);
        }

        state.Add(Random, get_rng_state());
        var header = CheckpointHeader.Of(training, method, snapshot?.Header, state.Count);
        StateOutput.Write(path, force, stream => StateWriter.Safetensors(state, stream, new() { [CheckpointHeader.Key] = header.Write() }));
    }

    /// <summary>Reads a checkpoint: everything is read and checked before the first value changes.</summary>
    public static void Load(string path, SparseTraining training, TrainingMethod method, optim.Optimizer? optimizer)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var opened = SafetensorsFile.Open(stream, path);
        var header = CheckpointHeader.Read(opened);
        var snapshot = optimizer is null ? null : new OptimizerSnapshot(optimizer, training.Model);
        header.CheckSame(CheckpointHeader.Of(training, method, snapshot?.Header, 0), path);

        var file = new CheckpointTensors(opened);
        var slots = Slots(training).ToList();
        CheckSameModel(slots, file, path);
        var actions = new List<Action>();
        foreach (var (name, tensor, isTrained, masked) in slots)
        {
            var value = file.Take(name, tensor, isTrained);
            if (masked is not null && !value.eq(0).logical_or(value.eq(1)).all().item<bool>())
                throw file.Wrong($"tensor {name} holds other values than 0 and 1.");
            actions.Add(masked is null ? () => tensor.copy_(value) : () => masked.SetMask(value));
        }

        actions.AddRange(snapshot?.Restoring(header.Optimizer!, file) ?? []);
        foreach (var (prefix, kept, restore) in KeptState(training))
        {
            var values = file.TakeAll(prefix, kept);
            actions.Add(() => restore(values));
        }

        var random = file.Take(Random, get_rng_state());
        if (file.Left.Count > 0)
            throw file.Wrong($"tensor {file.Left.First()} belongs to no part of a checkpoint.");
        if (!RandomState.IsValid(random))
            throw file.Wrong($"tensor {Random} is no state of torch's random numbers.");

        set_rng_state(random);
        actions.ForEach(action => action());
        (training.Step, training.LearningRateStep) = (header.StepCount, header.LearningRateStep);
        training.TakeChanged();
        prune.refresh(training.Model);
    }

    // Weights and buffers of the model, masks, and weights kept aside. Trained ones are finite; masks say whose they are.
    private static IEnumerable<(string Name, Tensor Tensor, bool IsTrained, SparseLayer? Masked)> Slots(SparseTraining training)
    {
        var model = ModuleParts.Settled(training.Model);
        foreach (var (name, tensor) in model.state_dict())
            yield return ($"model.{name}", tensor, tensor is TorchSharp.Modules.Parameter, null);
        foreach (var (path, module) in Functions.Modules(model))
        {
            foreach (var (name, (buffer, isPersistent)) in ModuleParts.Buffers(module))
            {
                if (!isPersistent && buffer is { IsInvalid: false })
                    yield return ($"model.{Functions.Path(path, name)}", buffer, false, null);
            }
        }

        foreach (var layer in training.Layers)
        {
            yield return (FormattableString.Invariant($"layer.{layer.Index}.mask"), layer.Mask, false, layer);
            if (layer.Dense is { } dense)
                yield return (FormattableString.Invariant($"layer.{layer.Index}.dense"), dense, true, null);
        }
    }

    // What methods keep by name.
    private static IEnumerable<(string Prefix, IReadOnlyDictionary<string, Tensor> Kept, Action<IReadOnlyDictionary<string, Tensor>> Restore)> KeptState(SparseTraining training) =>
        training.Layers.Select(layer => (FormattableString.Invariant($"layer.{layer.Index}.state."), layer.State, (Action<IReadOnlyDictionary<string, Tensor>>)layer.Restore))
            .Append(("training.state.", training.State, training.Restore));

    private static void CheckSameModel(List<(string Name, Tensor Tensor, bool IsTrained, SparseLayer? Masked)> slots, CheckpointTensors file, string path)
    {
        var names = slots.Select(s => s.Name).ToHashSet();
        string[] differences =
        [
            .. slots.Where(s => file.Fits(s.Name, s.Tensor) is null).Select(s => $"the file lacks {s.Name}"),
            .. file.Left.Where(n => n.StartsWith("model.", StringComparison.Ordinal) && !names.Contains(n)).Select(n => $"the model lacks {n["model.".Length..]}"),
            .. slots.Where(s => file.Fits(s.Name, s.Tensor) == false).Select(s => $"{s.Name} is {file.Shown(s.Name)} in the file and {s.Tensor.dtype} [{string.Join(", ", s.Tensor.shape)}] here"),
        ];
        if (differences.Length > 0)
            throw new ArgumentException($"The checkpoint {path} is of another model: {string.Join("; ", differences)}. Nothing was changed.", nameof(path));
    }

    private static void CheckFinite(string name, Tensor tensor)
    {
        if (!FiniteValues.Are(tensor))
            throw new NonFiniteTrainingException(name, $"{name} holds NaN or infinity, so no checkpoint was saved");
    }
}
