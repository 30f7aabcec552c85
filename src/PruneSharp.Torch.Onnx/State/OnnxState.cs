using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>Moves state between a module and an ONNX file's initializers, by state_dict names.</summary>
public static class OnnxState
{
    /// <summary>
    /// Copies the initializers of a file into the module's parameters and buffers of the same name, converted to their type. A pruned
    /// tensor gets the values under its mask, which stays.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The ONNX file.</param>
    /// <param name="strict">Whether everything on both sides must have its counterpart; otherwise what fits is copied.</param>
    /// <exception cref="InvalidOperationException"><paramref name="strict"/> is true and something has none; all is named, nothing is changed.</exception>
    /// <exception cref="InvalidModelException">The file is damaged or not ONNX.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static OnnxStateReport Load(nn.Module module, string path, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var model = OnnxModel.Open(path);
        var matching = new StateMatching(module, model);
        if (strict)
            matching.RequireComplete();
        foreach (var match in matching.Matches)
        {
            using var _ = no_grad();
            using var inner = NewDisposeScope();
            var values = InitializerTensor.Read(match.Initializer);
            var parts = match.Form.Unpack(match.Transposed ? values.t() : values);
            for (int i = 0; i < parts.Count; i++)
                EffectiveTensor.Set(match.Module, match.Form.Names[i], parts[i]);
        }

        return matching.Report();
    }

    /// <summary>
    /// Writes a copy of an ONNX file whose initializers have the values that the module computes with, converted to the file's type;
    /// everything else in the file stays as it is. The output appears whole or not at all.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The ONNX file, which is not modified.</param>
    /// <param name="output">The copy.</param>
    /// <param name="strict">Whether everything on both sides must have its counterpart; otherwise what fits is copied.</param>
    /// <param name="force">Replace an existing output.</param>
    /// <exception cref="InvalidOperationException"><paramref name="strict"/> is true and something has no counterpart; all is named, nothing is written.</exception>
    /// <exception cref="InvalidModelException">The file is damaged or not ONNX.</exception>
    /// <exception cref="IOException">The file is missing, or the output exists or cannot be written.</exception>
    public static OnnxStateReport Save(nn.Module module, string path, string output, bool strict = true, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var model = OnnxModel.Open(path);
        var matching = new StateMatching(module, model);
        if (strict)
            matching.RequireComplete();
        OnnxInitializers.Write(model, output, [.. matching.Matches.Select(match => (match.Initializer, (Action<Stream>)(stream => Write(match, stream))))], force);
        return matching.Report();
    }

    private static void Write(StateMatch match, Stream stream)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var packed = match.Form.Pack([.. match.Form.Names.Select(name => EffectiveTensor.Of(match.Module, name)!.detach())]);
        var values = (match.Transposed ? packed.t() : packed).to(InitializerTensor.TypeOf(match.Initializer.Data.Type));
        stream.Write(TensorBytes.Of(values));
    }
}
