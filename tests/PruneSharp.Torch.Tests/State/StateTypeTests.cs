using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class StateTypeTests
{
    private static readonly ScalarType[] _complex = [ScalarType.ComplexFloat32, ScalarType.ComplexFloat64];

    private static readonly ScalarType[] _real =
    [
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.Float32, ScalarType.Float64,
        ScalarType.Bool, ScalarType.BFloat16,
    ];

    [Fact]
    public void Write_and_Read_keep_every_dtype_and_shape()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var state = new Dictionary<string, Tensor>();
        foreach (var type in _real)
        {
            var values = rand(4, 3, 2).mul(9).to(type);
            state[$"{type}.dense"] = values;
            state[$"{type}.transposed"] = values.permute(2, 0, 1);
            state[$"{type}.steps"] = values[TensorIndex.Slice(1, null, 2)];
            state[$"{type}.expanded"] = values[0, 0, 0].expand(3, 2);
            state[$"{type}.scalar"] = values[1, 1, 1];
            state[$"{type}.empty"] = zeros([2, 0, 3], type);
        }

        foreach (string name in (string[])["a.safetensors", "a.pt"])
        {
            ModuleState.Write(state, folder[name]);
            AssertSame(state, ModuleState.Read(folder[name]));
        }

        Assert.Equal(state.Keys, ModuleState.Read(folder["a.pt"]).Keys);
    }

    [Fact]
    public void Write_keeps_complex_numbers_in_pt_files_only()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        foreach (var type in _complex)
        {
            var values = randn(3, 4, type);
            var state = new Dictionary<string, Tensor> { ["a"] = values, ["conj"] = values.conj(), ["imag"] = values.conj().imag, ["t"] = values.t() };
            ModuleState.Write(state, folder[$"{type}.pt"]);
            AssertSame(state, ModuleState.Read(folder[$"{type}.pt"]));
            Assert.Contains($"a has dtype {type}, which safetensors files lack. Save it as .pt.",
                Assert.Throws<ArgumentException>(() => ModuleState.Write(state, folder["c.safetensors"])).Message);
        }
    }

    [Fact]
    public void Write_and_Read_pass_piece_borders()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var state = new Dictionary<string, Tensor> { ["a"] = arange((1 << 26) + 5, ScalarType.Byte) };
        foreach (string name in (string[])["a.safetensors", "a.pt"])
        {
            ModuleState.Write(state, folder[name]);
            AssertSame(state, ModuleState.Read(folder[name]));
        }
    }

    [Fact]
    public void Read_refuses_shapes_that_no_memory_holds()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder["a.safetensors"]))
        {
            SafetensorsWriter.Write(file, [new("a", SafetensorsType.F32, [0, 1L << 62, 1L << 62], 0, _ => { })], cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Contains("larger than any memory", Assert.Throws<InvalidModelException>(() => ModuleState.Read(folder["a.safetensors"])).Message);
    }

    private static void AssertSame(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.Equal((name, tensor.dtype), (name, actual[name].dtype));
            Assert.Equal(tensor.shape, actual[name].shape);
            Assert.True(tensor.Equals(actual[name]), name);
        }
    }
}
