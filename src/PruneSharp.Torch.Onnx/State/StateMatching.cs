using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>Finds for each tensor of a module's state its initializer.</summary>
internal sealed class StateMatching
{
    // Counts training batches; no ONNX operator takes it.
    private const string BatchCount = "num_batches_tracked";

    private readonly List<StateMatch> _matches = [];
    private readonly List<string> _onlyInModule = [];
    private readonly List<string> _otherShapes = [];
    private readonly Dictionary<string, OnnxInitializer> _initializers;
    private readonly string _file;

    /// <summary>Compares a module with a model.</summary>
    public StateMatching(nn.Module root, OnnxModel model)
    {
        _file = model.Name;
        _initializers = OnnxInitializers.Of(model).DistinctBy(i => i.Name, StringComparer.Ordinal).ToDictionary(i => i.Name, StringComparer.Ordinal);
        var missing = new List<(string Name, string? Place)>();
        var places = new HashSet<string?>();
        foreach (var (path, module) in new ModulePaths(root).All)
        {
            foreach (var form in StateForms.Of(module).Where(f => f.Initializer != BatchCount))
            {
                string name = ModulePaths.Join(path, form.Initializer);
                string? place = form.Gates is null ? TensorBytes.Place(EffectiveTensor.Kept(module, form.Initializer)) : null;
                if (!_initializers.TryGetValue(name, out var initializer))
                    missing.Add((name, place));
                else if (Match(name, module, form, initializer))
                    places.Add(place);
            }
        }

        // Of tensors that share their memory a file holds one.
        _onlyInModule.AddRange(missing.Where(m => m.Place is null || !places.Contains(m.Place)).Select(m => m.Name));
    }

    /// <summary>Initializers with their state.</summary>
    public IReadOnlyList<StateMatch> Matches => _matches;

    /// <summary>What fits and what does not.</summary>
    public OnnxStateReport Report()
    {
        var known = _matches.Select(m => m.Initializer).ToHashSet();
        return new(
            [.. _matches.Select(m => m.Initializer.Name)],
            [.. _matches.Where(m => m.Transposed).Select(m => m.Initializer.Name)],
            _onlyInModule,
            [.. _initializers.Values.Where(i => !known.Contains(i) && !i.Name.StartsWith('/') && !_otherShapes.Any(o => o.StartsWith(i.Name + " ", StringComparison.Ordinal))).Select(i => i.Name)],
            _otherShapes);
    }

    /// <summary>Refuses a file that does not fit the module in every name.</summary>
    /// <exception cref="InvalidOperationException">It does not; everything that misses its counterpart is named.</exception>
    public void RequireComplete()
    {
        var report = Report();
        if (report.IsComplete)
            return;
        var problems = new[] { ("only in the module", report.OnlyInModule), ("only in the file", report.OnlyInFile), ("of other shapes", report.OtherShapes) }
            .Where(p => p.Item2.Count > 0).Select(p => $"{p.Item1}: {string.Join(", ", p.Item2)}");
        throw new InvalidOperationException($"{_file} and the module do not hold the same state; {string.Join("; ", problems)}. Nothing was changed. With strict: false what fits is copied.");
    }

    private bool Match(string name, nn.Module module, StateForm form, OnnxInitializer initializer)
    {
        long[] shape = form.PackedShape(EffectiveTensor.Kept(module, form.Initializer).shape);
        bool same = shape.SequenceEqual(initializer.Shape), transposed = !same && shape.Length == 2 && shape.Reverse().SequenceEqual(initializer.Shape);
        if (same || transposed)
            _matches.Add(new(initializer, module, form, transposed));
        else
            _otherShapes.Add($"{name} is [{string.Join(", ", initializer.Shape)}] in the file and [{string.Join(", ", shape)}] in the module");
        return same || transposed;
    }
}
