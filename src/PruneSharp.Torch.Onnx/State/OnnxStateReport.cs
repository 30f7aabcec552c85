namespace PruneSharp.Torch.Onnx;

/// <summary>How the state of a module and the initializers of a file fit together, by state_dict names.</summary>
/// <param name="Matched">Names on both sides with one shape; their values were copied.</param>
/// <param name="Transposed">Those of them whose matrix the file stores the other way round.</param>
/// <param name="OnlyInModule">Floating-point state that the file has no initializer for.</param>
/// <param name="OnlyInFile">
/// Initializers that the module has no state for. Exporters that fold or transpose weights give them other names, such as
/// <c>onnx::MatMul_12</c>. Names that start with a slash are constants of the graph, and not listed.
/// </param>
/// <param name="OtherShapes">Names on both sides that do not fit, with their shapes.</param>
public sealed record OnnxStateReport(
    IReadOnlyList<string> Matched,
    IReadOnlyList<string> Transposed,
    IReadOnlyList<string> OnlyInModule,
    IReadOnlyList<string> OnlyInFile,
    IReadOnlyList<string> OtherShapes)
{
    /// <summary>Whether everything on both sides has its counterpart.</summary>
    public bool IsComplete => OnlyInModule.Count == 0 && OnlyInFile.Count == 0 && OtherShapes.Count == 0;
}
