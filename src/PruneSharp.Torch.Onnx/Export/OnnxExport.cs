using Google.Protobuf;
using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>
/// Writes TorchSharp modules as ONNX files (opset 17, IR 8), as they compute in eval mode. The module's mode and state stay as they are.
/// </summary>
public static class OnnxExport
{
    /// <summary>The opset of exported models.</summary>
    public const int Opset = 17;

    /// <summary>Names of the module classes that can be exported; others implement <see cref="IOnnxExportable"/>.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. ModuleRules.All.Select(rule => rule.Type.Name)];

    /// <summary>
    /// Exports a module. Initializers have the module's state_dict names; a pruned weight is written as the module computes with it, under
    /// its plain name and without its mask. The same module gives the same bytes. The file appears whole or not at all.
    /// </summary>
    /// <param name="module">A module of <see cref="Modules"/>, or one that implements <see cref="IOnnxExportable"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputs">The inputs of the module's forward method, in its order.</param>
    /// <param name="options">How; default <see cref="OnnxExportOptions"/>.</param>
    /// <exception cref="NotSupportedException">Modules have no ONNX form here (all are named), a setting has none, or the model has 2 GiB or more.</exception>
    /// <exception cref="ArgumentException">Names of inputs or outputs are missing, empty or given twice.</exception>
    /// <exception cref="IOException">The file exists and may not be replaced, or cannot be written.</exception>
    public static OnnxExportReport Write(nn.Module module, string path, IReadOnlyList<OnnxInput> inputs, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new();
        OutputFile.CheckFree(path, options.Force);
        using var scope = NewDisposeScope();
        var built = ModelBuilder.Build(module, options, inputs);
        using var file = OutputFile.Create(path, options.Force);
        built.WriteTo(file.Stream);
        long bytes = file.Stream.Length;
        file.Commit();
        var graph = built.Graph;
        return new(
            path,
            bytes,
            [.. graph.Input.Select(i => i.Name)],
            [.. graph.Output.Select(o => o.Name)],
            graph.Node.Count,
            [.. graph.Initializer.Select(i => i.Name).Where(name => !name.StartsWith('/'))]);
    }
}
