using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>A module, the inputs it is exported with, and other inputs that the exported model must take too.</summary>
public sealed record ExportCase(string Name, Func<nn.Module> Make, IReadOnlyList<OnnxInput> Inputs)
{
    public OnnxExportOptions Options { get; init; } = new();

    /// <summary>Shapes to run with, one list per run; default the inputs' own with batches of 1 and 3.</summary>
    public IReadOnlyList<IReadOnlyList<long[]>>? Runs { get; init; }

    /// <summary>Calls the module; default as one of one input and one output.</summary>
    public Func<nn.Module, Tensor[], Tensor[]> Call { get; init; } = (module, inputs) => [((nn.IModule<Tensor, Tensor>)module).call(inputs[0])];

    /// <summary>Draws a value for an input of indices; below this.</summary>
    public int Indices { get; init; } = 2;

    public double Scale { get; init; } = 2;

    public static ExportCase Of(string name, Func<nn.Module> make, params long[] shape) => new(name, make, [new("input", shape)]);

    /// <summary>As <see cref="Of"/> with every axis behind the channels free, and run at a second size.</summary>
    public static ExportCase Free(string name, Func<nn.Module> make, long[] shape, params long[][] runs) =>
        new(name, make, [new("input", [.. shape.Select((d, i) => i > 1 ? -1 : d)])]) { Runs = [[shape], .. runs.Select(r => new[] { r })] };

    public IEnumerable<IReadOnlyList<long[]>> Shapes() => Runs ?? [.. new long[] { 1, 3 }.Select(batch => (IReadOnlyList<long[]>)[.. Inputs.Select(i => Options.DynamicBatch ? [batch, .. i.Shape.Skip(1)] : i.Shape.ToArray())])];

    public override string ToString() => Name;
}
