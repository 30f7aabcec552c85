using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests.Parity;

/// <summary>The same steps on the same layers as in Python give the same masks, weights, outputs, gradients and names.</summary>
public sealed class PruneParityTests
{
    public static TheoryData<string> All => [.. PruneFixture.Cases.Keys];

    public static TheoryData<string> WithRuns => [.. PruneFixture.Cases.Where(c => c.Value.Any(p => p.Run is not null)).Select(c => c.Key)];

    [Fact]
    public void The_fixtures_are_all_there() =>
        Assert.Equal((606, 38), (PruneFixture.Cases.Values.Sum(c => c.Length), PruneFixture.Cases.Values.Sum(c => c.Count(p => p.Run is not null))));

    [Theory]
    [MemberData(nameof(All))]
    public void Masks_and_weights_equal_those_of_Python(string names)
    {
        using var scope = NewDisposeScope();
        var tensors = PruneFixture.Tensors();
        foreach (var item in PruneFixture.Cases[names])
        {
            var (_, parameters) = Prune(names, item, tensors);
            foreach (var ((module, name), path, expected) in parameters.Zip(names.Split(' '), item.Masks))
            {
                Tensor mask = module.get_buffer(name + "_mask")!, before = tensors[path];
                Assert.True(expected == PruneFixture.Hex(mask), $"{path}, {item}: {PruneFixture.Hex(mask)} instead of {expected}");
                Assert.Equal(before.dtype, mask.dtype);
                Assert.True(module.get_parameter(name + "_orig")!.Equals(before), $"{path}, {item}: the original changed");
                Assert.True(prune.effective(module, name).Equals(before * mask), $"{path}, {item}: not original × mask");
                prune.remove(module, name);
                Assert.True(module.get_parameter(name)!.Equals(before * mask), $"{path}, {item}: not original × mask once removed");
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithRuns))]
    public void Outputs_gradients_and_names_equal_those_of_Python(string names)
    {
        using var scope = NewDisposeScope();
        var tensors = PruneFixture.Tensors();
        foreach (var item in PruneFixture.Cases[names].Where(c => c.Run is not null))
        {
            var (layers, parameters) = Prune(names, item, tensors, layers => AssertKeys(item, 0, layers));
            AssertKeys(item, 1, layers);
            var outputs = new List<Tensor>();
            foreach (var ((layer, module), run) in layers.Zip(item.Run!))
            {
                long start = 0;
                Tensor Next(Tensor like)
                {
                    start += like.numel();
                    return tensors[run].narrow(0, start - like.numel(), like.numel()).reshape(like.shape);
                }

                foreach (var (_, name) in parameters.Where(p => p.Module == module))
                    Assert.True(prune.effective(module, name).Equals(Next(prune.effective(module, name))), $"{layer}, {item}: {name}");
                var output = Forward(layer, module, tensors);
                AssertNear(Next(output), output, $"{layer}, {item}: output");
                output.square().sum().backward();
                foreach (var (name, parameter) in module.named_parameters())
                    AssertNear(Next(parameter), parameter.grad!, $"{layer}, {item}: gradient of {name}");
                Assert.Equal(tensors[run].numel(), start);
                outputs.Add(output);
            }

            parameters.ForEach(p => prune.remove(p.Module, p.Name));
            AssertKeys(item, 2, layers);
            Assert.All(layers.Zip(outputs), l => Assert.True(Forward(l.First.Key, l.First.Value, tensors).Equals(l.Second), $"{l.First.Key}, {item}: output once removed"));
        }
    }

    private static (Dictionary<string, nn.Module> Layers, List<(nn.Module Module, string Name)> Parameters) Prune(
        string names, PruneCase item, IReadOnlyDictionary<string, Tensor> tensors, Action<Dictionary<string, nn.Module>>? before = null)
    {
        var paths = names.Split(' ').Select(path => (Layer: path[..path.LastIndexOf('.')], Name: path[(path.LastIndexOf('.') + 1)..])).ToList();
        var layers = paths.Select(p => p.Layer).Distinct().ToDictionary(layer => layer, PruneFixture.Layer);
        before?.Invoke(layers);
        var parameters = paths.ConvertAll(p => (layers[p.Layer], p.Name));
        foreach (string step in item.Steps)
            PruneFixture.Apply(step, parameters, tensors);
        return (layers, parameters);
    }

    private static Tensor Forward(string layer, nn.Module module, IReadOnlyDictionary<string, Tensor> tensors) => module switch
    {
        nn.Module<Tensor, Tensor, Tensor> two => two.call(tensors[$"input.{layer}.0"], tensors[$"input.{layer}.1"]),
        _ => ((nn.Module<Tensor, Tensor>)module).call(tensors[$"input.{layer}.0"]),
    };

    private static void AssertKeys(PruneCase item, int moment, Dictionary<string, nn.Module> layers) =>
        Assert.Equal(item.Keys![moment], layers.Values.Select(m => string.Join(' ', m.state_dict().Keys)));

    // Sums of other versions go in other orders; bfloat16 has 8 bits.
    private static void AssertNear(Tensor expected, Tensor actual, string what)
    {
        Assert.Equal((expected.dtype, string.Join(',', expected.shape)), (actual.dtype, string.Join(',', actual.shape)));
        double scale = expected.abs().max().to(float64).item<double>(), off = (expected - actual).abs().max().to(float64).item<double>();
        Assert.True(off <= (expected.dtype == bfloat16 ? 0.02 : 1e-5) * scale, $"{what}: off by {off} of {scale}");
    }
}
