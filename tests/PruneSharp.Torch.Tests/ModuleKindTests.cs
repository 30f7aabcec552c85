using TorchSharp;
using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Every kind of module: pruned, called, trained, saved, restored.</summary>
public sealed class ModuleKindTests
{
    private static readonly Dictionary<string, (Func<nn.Module> Create, string Parameter, Func<nn.Module, Tensor> Run)> _kinds = new()
    {
        ["Linear"] = (() => nn.Linear(5, 7), "weight", Call(3, 5)),
        ["Linear bias"] = (() => nn.Linear(5, 7), "bias", Call(3, 5)),
        ["Conv1d"] = (() => nn.Conv1d(3, 4, 3), "weight", Call(2, 3, 8)),
        ["Conv2d"] = (() => nn.Conv2d(4, 6, 3, groups: 2), "weight", Call(2, 4, 8, 8)),
        ["Conv3d"] = (() => nn.Conv3d(2, 2, 2), "weight", Call(1, 2, 4, 4, 4)),
        ["ConvTranspose1d"] = (() => nn.ConvTranspose1d(3, 4, 3), "weight", Call(2, 3, 8)),
        ["ConvTranspose2d"] = (() => nn.ConvTranspose2d(4, 6, 3), "weight", Call(2, 4, 8, 8)),
        ["ConvTranspose3d"] = (() => nn.ConvTranspose3d(2, 2, 2), "weight", Call(1, 2, 4, 4, 4)),
        ["BatchNorm2d"] = (() => Randomised(nn.BatchNorm2d(4)), "weight", Call(2, 4, 3, 3)),
        ["LayerNorm"] = (() => Randomised(nn.LayerNorm(6)), "weight", Call(2, 6)),
        ["GroupNorm"] = (() => Randomised(nn.GroupNorm(2, 4)), "weight", Call(2, 4, 3)),
        ["PReLU"] = (() => Randomised(nn.PReLU(4)), "weight", Call(2, 4)),
        ["Bilinear"] = (() => nn.Bilinear(3, 4, 5), "weight", m => ((Bilinear)m).call(ones(2, 3), ones(2, 4))),
        ["user's"] = (() => new Weighted(randn(3, 4)), "weight", Call(1)),
        ["user's by name"] = (() => new ByName(), "w", Call(1)),
        ["LSTM"] = (() => nn.LSTM(3, 4), "weight_hh_l0", m => ((LSTM)m).call(ones(2, 1, 3)).Item1),
        ["GRU"] = (() => nn.GRU(3, 4), "weight_ih_l0", m => ((GRU)m).call(ones(2, 1, 3)).Item1),
        ["RNN"] = (() => nn.RNN(3, 4), "weight_ih_l0", m => ((RNN)m).call(ones(2, 1, 3)).Item1),
        ["LSTMCell"] = (() => nn.LSTMCell(3, 4), "weight_ih", m => ((LSTMCell)m).call(ones(2, 3), (zeros(2, 4), zeros(2, 4))).Item1),
        ["Embedding"] = (() => nn.Embedding(6, 4), "weight", m => ((Embedding)m).call(arange(6))),
        ["MultiheadAttention"] = (() => nn.MultiheadAttention(8, 2), "in_proj_weight", m => ((MultiheadAttention)m).call(Ramp(3, 1, 8), Ramp(3, 1, 8), Ramp(3, 1, 8), null, false, null).Item1),
        ["TransformerEncoderLayer"] = (() => nn.TransformerEncoderLayer(8, 2, 16, dropout: 0), "linear1.weight", m => ((TransformerEncoderLayer)m).call(Ramp(3, 1, 8))),
    };

    public static TheoryData<string> Kinds => [.. _kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Pruned_module_computes_with_masked_weights(string kind)
    {
        var (create, name, run) = _kinds[kind];
        var module = create();
        var plain = run(module).detach().clone();
        using var before = module.get_parameter(name)!.detach().clone();
        l1_unstructured(module, name, 0.5);
        long pruned = (long)Math.Round(0.5 * before.numel(), MidpointRounding.ToEven);
        Assert.Equal(pruned, Values.ZeroCount(Values.Mask(module, name)));
        using var masked = before * Values.Mask(module, name);
        Values.Equal(masked, effective(module, name));
        Values.Equal(before, original(module, name));
        var output = run(module).detach().clone();
        Assert.True(output.isfinite().all().item<bool>());
        Assert.NotEqual(Values.Of(plain), Values.Of(output));

        // The plain module with the masked values computes the same, and so does the pruned one after remove.
        remove(module, name);
        Values.Equal(masked, module.get_parameter(name)!);
        Values.Equal(output, run(module).detach());
        Assert.False(is_pruned(module));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_with_an_optimizer_from_before_keeps_pruned_entries_zero(string kind)
    {
        var (create, name, run) = _kinds[kind];
        var module = create();
        var optimizer = optim.SGD(module.parameters(), 0.1, momentum: 0.9, weight_decay: 0.01);
        l1_unstructured(module, name, 0.5);
        using var before = effective(module, name).detach().clone();
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            var output = run(module);
            (output * Ramp(output.shape)).square().sum().backward();
            optimizer.step();
        }

        run(module);
        var trained = effective(module, name);
        Assert.Equal(0, trained.ne(0).logical_and(Values.Mask(module, name).eq(0)).sum().item<long>());
        Assert.True(trained.ne(before).sum().item<long>() > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void State_is_saved_and_loaded(string kind)
    {
        var (create, name, run) = _kinds[kind];
        var module = l1_unstructured(create(), name, 0.5);
        using var file = new MemoryStream();
        module.save(new BinaryWriter(file));
        file.Position = 0;
        var fresh = identity(create(), name);
        using (no_grad())
            run(fresh);
        fresh.load(new BinaryReader(file));
        using var guard = no_grad();
        module.eval();
        fresh.eval();
        Values.Equal(run(module), run(fresh));
        refresh(fresh);
        Values.Equal(effective(module, name), effective(fresh, name));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Module_moves_to_another_type_and_back(string kind)
    {
        var (create, name, run) = _kinds[kind];
        var module = l1_unstructured(create(), name, 0.5);
        module.to(float64);
        refresh(module);
        Assert.Equal(float64, effective(module, name).dtype);
        Assert.Equal(float64, Values.Mask(module, name).dtype);
        Assert.Null(module.state_dict().Keys.FirstOrDefault(key => key == name && module.state_dict().ContainsKey(name + "_orig")));
        module.to(float32);
        run(module);
        Assert.Equal(float32, effective(module, name).dtype);
        long zeros = Values.ZeroCount(Values.Mask(module, name));
        remove(module, name);
        Assert.True(Values.ZeroCount(module.get_parameter(name)!) >= zeros);
        run(module);
    }

    [Fact]
    public void State_keys_of_native_modules_are_those_of_PyTorch()
    {
        var lstm = l1_unstructured(nn.LSTM(3, 4), "weight_ih_l0", 0.5);
        Assert.Equal(["weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_orig", "weight_ih_l0_mask"], lstm.state_dict().Keys);
    }

    [Fact]
    public void A_parameter_list_is_masked_in_place_and_by_refresh()
    {
        var list = new ParameterList(new Parameter(randn(3, 3)), new Parameter(randn(2)));
        l1_unstructured(list, "0", 4);
        Assert.Equal(4, Values.ZeroCount(list[0]));
        using (no_grad())
            list[0].add_(1);
        refresh(list);
        Assert.Equal(4, Values.ZeroCount(list[0]));
        remove(list, "0");
        Assert.Empty(list.named_buffers());
    }

    [Fact]
    public void A_nested_module_that_is_registered_later_keeps_its_names()
    {
        var linear = l1_unstructured(nn.Linear(5, 7), "weight", 0.5);
        var parent = nn.Sequential(linear);
        Assert.Equal(["0.bias", "0.weight_orig", "0.weight_mask"], parent.state_dict().Keys);
        Assert.True(is_pruned(parent));
    }

    private static Func<nn.Module, Tensor> Call(params long[] shape) => module =>
        ((nn.Module<Tensor, Tensor>)module).call(Ramp(shape).to(module.parameters().First().dtype));

    private static Tensor Ramp(params long[] shape) => linspace(-1, 1, shape.Aggregate(1L, (a, b) => a * b)).reshape(shape);

    private static M Randomised<M>(M module)
        where M : nn.Module
    {
        using var guard = no_grad();
        foreach (var parameter in module.parameters())
            parameter.normal_(1, 0.5);
        return module;
    }

    private sealed class ByName : nn.Module<Tensor, Tensor>
    {
        public ByName()
            : base("ByName") => register_parameter("w", new Parameter(randn(3, 4)));

        public override Tensor forward(Tensor input) => input * get_parameter("w")!;
    }
}
