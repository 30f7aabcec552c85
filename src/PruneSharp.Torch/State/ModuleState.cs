using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Moves the weights of TorchSharp modules to and from the files that Python uses: safetensors, and state_dicts of PyTorch's
/// <c>torch.save</c>. Reading runs no code of a file.
/// </summary>
public static class ModuleState
{
    /// <summary>
    /// Gives a module the values of a file, converted to the device and dtype of each of its tensors as <c>copy_</c> does. Whether the
    /// file is safetensors or PyTorch's is seen by its content.
    /// </summary>
    /// <param name="module">
    /// Its parameters and persistent buffers are changed. The state of a pruned module fits one pruned at the same names, such as by
    /// <see cref="prune.identity{M}(M, string)"/>.
    /// </param>
    /// <param name="path">The file, which must not change meanwhile.</param>
    /// <param name="strict">Whether names that only the file or only the module has are an error. Shapes must agree in any case.</param>
    /// <param name="prefix">
    /// Keys of the file under which the module lies, joined by dots: "state_dict" for a checkpoint <c>{"epoch": …, "state_dict": …}</c>.
    /// Other names are then passed over. Null takes the whole file.
    /// </param>
    /// <returns>What differed and was passed over; empty where <paramref name="strict"/> is true.</returns>
    /// <exception cref="StateMismatchException">
    /// The file does not fit: all missing and unexpected names and all differing shapes are listed, and the module is unchanged.
    /// </exception>
    /// <exception cref="InvalidModelException">
    /// The file is damaged, refused or has a dtype that TorchSharp lacks. The module is unchanged, unless the file was cut off meanwhile.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static StateDifference Load(nn.Module module, string path, bool strict = true, string? prefix = null)
    {
        using var file = StateFile.Open(path);
        var wanted = ModuleParts.Settled(module).state_dict();
        var given = Under(prefix, file.Tensors);
        var difference = new StateDifference(
            [.. wanted.Keys.Where(name => !given.ContainsKey(name))],
            [.. given.Keys.Where(name => !wanted.ContainsKey(name))],
            [.. given.Where(g => wanted.TryGetValue(g.Key, out var tensor) && !tensor.shape.AsSpan().SequenceEqual(g.Value.Shape))
                .Select(g => new ReshapedTensor(g.Key, g.Value.Shape, wanted[g.Key].shape))]);
        if (strict ? !difference.IsEmpty : difference.Reshaped.Count > 0)
            throw new StateMismatchException(path, difference, Hint(difference));

        var pairs = given.Where(g => wanted.ContainsKey(g.Key)).Select(g => (From: g.Value, To: wanted[g.Key])).ToList();
        foreach (var (from, _) in pairs)
            from.CheckHeld(path);
        CheckMasks(module, given, path);
        foreach (var (from, to) in pairs)
            Copy(from, to, path);
        prune.refresh(module);
        return difference;
    }

    /// <summary>Saves a module's <c>state_dict()</c>.</summary>
    /// <param name="module">Its parameters and persistent buffers are saved, wherever they are.</param>
    /// <param name="path">
    /// The file, whose ending chooses its kind: .safetensors, or .pt and .pth for <c>torch.load</c>. It appears whole or not at all.
    /// </param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="ArgumentException">The ending is unknown, or a tensor is sparse, quantized or of a dtype that the file lacks.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="force"/> is false, or it cannot be written.</exception>
    public static void Save(nn.Module module, string path, bool force = false) => Write(ModuleParts.Settled(module).state_dict(), path, force);

    /// <summary>Reads all tensors of a file, of either kind, onto the CPU.</summary>
    /// <param name="path">The file, which must not change meanwhile.</param>
    /// <returns>
    /// Name → tensor in the order of the file, for <c>load_state_dict</c>. They are the caller's, or those of the current dispose scope.
    /// Tensors that share memory in the file get memory of their own.
    /// </returns>
    /// <exception cref="InvalidModelException">The file is damaged, refused or has a dtype that TorchSharp lacks.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var file = StateFile.Open(path);
        var state = new Dictionary<string, Tensor>();
        foreach (var tensor in file.Tensors)
            tensor.CheckHeld(path);
        try
        {
            foreach (var tensor in file.Tensors)
                state.Add(tensor.Name, tensor.ToTensor(path));
            return state;
        }
        catch
        {
            foreach (var tensor in state.Values)
                tensor.Dispose();
            throw;
        }
    }

    /// <summary>Writes tensors to a file.</summary>
    /// <param name="state">
    /// Name → tensor, on any device and of any strides. In a .pt file they keep their order, and tensors that are the same memory are
    /// stored once and tied again by <c>torch.load</c>. In a safetensors file large elements come first, and each tensor is stored whole.
    /// </param>
    /// <param name="path">The file, as for <see cref="Save"/>.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="ArgumentException">The ending is unknown, or a tensor is sparse, quantized or of a dtype that the file lacks.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="force"/> is false, or it cannot be written.</exception>
    public static void Write(IReadOnlyDictionary<string, Tensor> state, string path, bool force = false)
    {
        var write = StateWriter.For(path);
        StateOutput.Write(path, force, stream => write(state, stream));
    }

    private static Dictionary<string, StateTensor> Under(string? prefix, IReadOnlyList<StateTensor> tensors)
    {
        string start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
        return tensors.Where(t => t.Name.StartsWith(start, StringComparison.Ordinal)).ToDictionary(t => t.Name[start.Length..]);
    }

    private static void CheckMasks(nn.Module module, Dictionary<string, StateTensor> given, string path)
    {
        var masks = Functions.Modules(module).SelectMany(m => (PrunedModule.Of(m.Module)?.Tensors ?? []).Select(t => Functions.Path(m.Name, t.Name + "_mask")));
        foreach (string name in masks.Where(given.ContainsKey))
        {
            using var mask = given[name].ToTensor(path);
            try
            {
                MaskTensor.CheckBinary(mask, name);
            }
            catch (ArgumentException error)
            {
                throw new InvalidModelException(path, error.Message);
            }
        }
    }

    private static IEnumerable<string> PrunedNames(IReadOnlyList<string> names) =>
        names.Where(name => name.EndsWith("_orig", StringComparison.Ordinal)).Select(name => name[..^"_orig".Length]);

    private static string? Hint(StateDifference difference)
    {
        if (PrunedNames(difference.Unexpected).FirstOrDefault(difference.Missing.Contains) is { } pruned)
            return $" The file is of a pruned module: prune.identity(…) on {pruned} and the like makes room for it; or save the other after prune.remove_all.";
        if (PrunedNames(difference.Missing).FirstOrDefault(difference.Unexpected.Contains) is { } plain)
            return $" The module is pruned and the file is not: load before pruning, or after prune.remove_all (it has {plain} as original and mask).";
        string? first = difference.Missing.FirstOrDefault();
        string? same = first is null ? null : difference.Unexpected.FirstOrDefault(n => n.EndsWith("." + first, StringComparison.Ordinal));
        return same is null ? null : $" The file has {same}: is the module's state under prefix: \"{same[..^(first!.Length + 1)]}\"?";
    }

    private static void Copy(StateTensor from, Tensor to, string path)
    {
        if (to.dtype == from.Type && TensorMemory.IsPlain(to))
        {
            TensorMemory.Fill(to, from.Read);
            return;
        }

        using var guard = no_grad();
        using var read = from.ToTensor(path);
        to.copy_(read);
    }
}
