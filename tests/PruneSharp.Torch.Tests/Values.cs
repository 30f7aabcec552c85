using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Tensors written out, and compared.</summary>
internal static class Values
{
    public static Tensor Matrix(float[,] values) => tensor(values);

    public static double[] Of(Tensor values)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return values.detach().cpu().to(float64).contiguous().data<double>().ToArray();
    }

    public static void Equal(float[,] expected, Tensor actual)
    {
        using var wanted = tensor(expected);
        Assert.Equal(wanted.shape, actual.shape);
        Assert.Equal(Of(wanted), Of(actual));
    }

    public static void Equal(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(Of(expected), Of(actual));
    }

    /// <summary>A module whose one parameter holds given values.</summary>
    public static Weighted Holding(float[,] values) => new(tensor(values));

    public static long ZeroCount(Tensor values) => values.numel() - values.count_nonzero().item<long>();

    public static Tensor Mask(nn.Module module, string name = "weight") => module.get_buffer(name + "_mask")!;

    public static Tensor Original(nn.Module module, string name = "weight") => module.get_parameter(name + "_orig")!;
}
