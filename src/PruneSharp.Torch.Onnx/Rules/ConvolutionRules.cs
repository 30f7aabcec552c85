using System.Reflection;
using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Convolutions and their transposes.</summary>
internal static class ConvolutionRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All => [Conv<Conv1d>(), Conv<Conv2d>(), Conv<Conv3d>(), Transposed<ConvTranspose1d>(), Transposed<ConvTranspose2d>(), Transposed<ConvTranspose3d>()];

    private static ModuleRule Conv<T>()
        where T : Convolution =>
        ModuleRule.Of<T>("Conv; Pad for other padding than zeros", (graph, module, x) => Batch.Of(graph, x, module.kernel_size.Length, batched => Conv(graph, module, batched)));

    private static OnnxValue Conv(OnnxGraph graph, Convolution module, OnnxValue x)
    {
        x = graph.Checked(x, 1, module.in_channels, "channels");
        long[] none = new long[module.kernel_size.Length];
        var window = Window.Of(module.kernel_size, module.stride, module.padding_mode == PaddingModes.Zeros ? module.padding : none, module.dilation);
        if (module.padding_mode != PaddingModes.Zeros)
            x = PaddingRules.Pad(graph, x, Reversed(module), module.padding_mode, 0);
        else if (module.padding_type == Padding.Same)
        {
            // An odd number of cells puts the odd one behind.
            long[] total = [.. Enumerable.Range(0, window.Axes).Select(i => window.Reach(i) - 1)];
            window = window with { Before = [.. total.Select(t => t / 2)], After = [.. total.Select(t => t - t / 2)] };
        }

        var weight = graph.Parameter("weight")!;
        return graph.Node("Conv", [x, weight, graph.Parameter("bias")], [x.Shape[0], weight.Shape[0], .. window.Sizes([.. x.Shape.Skip(2)])], [.. window.Attributes(), new("group", module.groups)]);
    }

    // What forward pads with: of 'same' the first axis' padding comes first there, of a given one the last axis'.
    private static long[] Reversed(Convolution module) =>
        (long[])typeof(Convolution).GetField("_reversed_padding_repeated_twice", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;

    private static ModuleRule Transposed<T>()
        where T : Convolution =>
        ModuleRule.Of<T>("ConvTranspose", (graph, module, x) => Batch.Of(graph, x, module.kernel_size.Length, batched => Transposed(graph, module, batched)));

    private static OnnxValue Transposed(OnnxGraph graph, Convolution module, OnnxValue x)
    {
        var window = Window.Of(module.kernel_size, module.stride, module.padding, module.dilation);

        x = graph.Checked(x, 1, module.in_channels, "channels");

        // TorchSharp's forward without an output size uses the first axis' output padding for all axes.
        long extra = module.output_padding[0];
        if (window.Stride.Any(stride => extra >= stride) && extra > 0)
            throw graph.Unsupported($"its output padding {extra} is not smaller than its stride, which ONNX Runtime refuses.");
        var weight = graph.Parameter("weight")!;
        var sizes = x.Shape.Skip(2).Select((size, i) => (size - 1) * window.Stride[i] - window.Before[i] - window.After[i] + window.Reach(i) + extra);
        return graph.Node(
            "ConvTranspose",
            [x, weight, graph.Parameter("bias")],
            [x.Shape[0], weight.Shape[1] * module.groups, .. sizes],
            [.. window.Attributes(), new("group", module.groups), new("output_padding", Enumerable.Repeat(extra, window.Axes))]);
    }
}
