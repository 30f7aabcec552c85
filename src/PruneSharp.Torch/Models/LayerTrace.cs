using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Runs a model once and notes what each layer returns.</summary>
internal static class LayerTrace
{
    /// <summary>The summary of a model.</summary>
    public static ModelSummary Summarize(nn.Module<Tensor, Tensor> model, Tensor? input)
    {
        var modules = Functions.Modules(model);
        var outputs = input is null ? [] : Run(model, modules.Select(m => m.Module), input);
        var parameters = ModelParameter.Of(model);
        var zeros = prune.sparsity(model).ToDictionary(s => s.Name);
        var layers = modules.Select(m =>
        {
            var own = parameters.Where(p => p.LayerName == m.Name).Select(p => zeros[p.Path]).ToList();
            var shapes = outputs.TryGetValue(m.Module, out var seen) ? seen : default;
            long? macs = shapes.Output is null ? null : Macs(m.Module, shapes.Input, shapes.Output);
            var weight = own.FirstOrDefault(s => s.Name == Functions.Path(m.Name, "weight"));
            long? kept = macs is { } all && weight is not null ? (long)Math.Round(all * (1 - weight.Sparsity)) : macs;
            return new LayerSummary(m.Name, m.Module.GetType().Name, shapes.Output, own.Sum(s => s.Count), own.Sum(s => s.Count - s.ZeroCount), macs, kept);
        }).ToList();
        var counted = parameters.DistinctBy(p => (object)p.Original, ReferenceEqualityComparer.Instance).Select(p => zeros[p.Path]).ToList();
        return new(layers, counted.Sum(s => s.Count), counted.Sum(s => s.Count - s.ZeroCount), layers.Sum(l => l.Macs ?? 0), layers.Sum(l => l.KeptMacs ?? 0));
    }

    private static Dictionary<nn.Module, (long[] Input, long[] Output)> Run(nn.Module<Tensor, Tensor> model, IEnumerable<nn.Module> modules, Tensor input)
    {
        var shapes = new Dictionary<nn.Module, (long[], long[])>(ReferenceEqualityComparer.Instance);
        var hooks = new List<Action>();
        var modes = Functions.Modules(model).Select(m => (m.Module, m.Module.training)).ToList();
        try
        {
            foreach (var layer in modules.OfType<nn.Module<Tensor, Tensor>>())
                hooks.Add(layer.register_forward_hook((called, given, output) => Note(shapes, called, given, output)).remove);
            model.eval();
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            model.call(input);
        }
        finally
        {
            hooks.ForEach(remove => remove());
            foreach (var (module, training) in modes)
                module.train(training);
        }

        return shapes;
    }

    private static Tensor Note(Dictionary<nn.Module, (long[], long[])> shapes, nn.Module module, Tensor input, Tensor output)
    {
        shapes[module] = (input.shape, output.shape);
        return output;
    }

    // Every weight of a linear layer is used once for each row, of a convolution once for each output position, of a transposed one once
    // for each input position.
    private static long? Macs(nn.Module module, long[] input, long[] output) => module switch
    {
        Linear linear => Product(output) * linear.in_features,
        ConvolutionTranspose transposed => Product(input) * (transposed.out_channels / transposed.groups) * Product(transposed.kernel_size),
        Convolution convolution => Product(output) * (convolution.in_channels / convolution.groups) * Product(convolution.kernel_size),
        _ => null,
    };

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, d) => product * d);
}
