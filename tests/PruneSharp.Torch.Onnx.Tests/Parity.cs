using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>Compares a module with its export in ONNX Runtime.</summary>
internal static class Parity
{
    public const double Tolerance = 1e-5;

    /// <summary>Gives every parameter and buffer values that show when one is used wrongly.</summary>
    public static void Randomize(nn.Module module, int seed = 1)
    {
        var random = new Random(seed);
        using var _ = no_grad();
        foreach (var (name, tensor) in module.state_dict().Where(t => t.Value.is_floating_point()))
        {
            // Variances must be positive; weights are as large as their inputs allow without all outputs at the ends of sigmoids.
            double size = tensor.dim() > 1 ? 1.2 / Math.Sqrt(tensor.numel() / (double)tensor.shape[0]) : 0.5;
            bool variance = name.EndsWith("running_var", StringComparison.Ordinal), scale = name.EndsWith("norm1.weight", StringComparison.Ordinal) || name.EndsWith("norm2.weight", StringComparison.Ordinal);
            using var values = Random(random, tensor.shape, tensor.dtype, size);
            tensor.copy_(variance ? values.abs() + 0.3 : scale ? values + 1 : values);
        }
    }

    public static Tensor Random(Random random, long[] shape, ScalarType type, double scale)
    {
        var values = new double[shape.Aggregate(1L, (product, d) => product * d)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (random.NextDouble() * 2 - 1) * scale * 1.7;
        return tensor(values, shape, ScalarType.Float64).to(type);
    }

    /// <summary>Exports and runs, and asserts that shapes agree.</summary>
    /// <returns>The largest difference of an output, as a fraction of its scale.</returns>
    public static double Difference(ExportCase test, Action<nn.Module>? prepare = null)
    {
        double largest = 0;
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var module = test.Make();
        Randomize(module);
        prepare?.Invoke(module);
        module.eval();
        string path = folder.File("model.onnx");
        OnnxExport.Write(module, path, test.Inputs, test.Options);
        using (var model = PruneSharp.Onnx.OnnxModel.Open(path))
            PruneSharp.Onnx.ModelWeights.Of(model);
        using var session = Session(path);
        int seed = 10;
        foreach (var shapes in test.Shapes())
        {
            var random = new Random(seed++);
            var inputs = test.Inputs.Zip(shapes, (input, shape) => input.Type is ScalarType.Int64 or ScalarType.Int32 ? Indices(random, shape, input.Type, test.Indices) : Random(random, shape, input.Type, test.Scale)).ToArray();
            Tensor[] expected;
            using (no_grad())
                expected = test.Call(module, [.. inputs.Select(i => i.clone())]);
            var actual = Run(session, [.. test.Inputs.Select(i => i.Name)], inputs);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                // What the file says of its outputs' shapes.
                int[] said = session.OutputMetadata[session.OutputNames[i]].Dimensions;
                Assert.Equal(expected[i].shape.Select((d, axis) => said[axis] < 0 ? -1 : d), said.Select(d => (long)d));
                largest = Math.Max(largest, Difference(expected[i], actual[i], $"{test.Name}, output {i}"));
            }
        }

        return largest;
    }

    public static bool Equal(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && (a == b).all().item<bool>();

    public static void Close(Tensor expected, Tensor actual, double tolerance, string what)
    {
        double difference = Difference(expected, actual, what);
        Assert.True(difference <= tolerance, $"{what}: differs by {difference:g3} of the scale.");
    }

    // NaN is as far away as can be.
    private static double Difference(Tensor expected, Tensor actual, string what)
    {
        Assert.True(expected.shape.SequenceEqual(actual.shape), $"{what}: TorchSharp gives [{string.Join(",", expected.shape)}], ONNX Runtime [{string.Join(",", actual.shape)}].");
        using var scope = NewDisposeScope();
        double scale = expected.to(ScalarType.Float64).abs().max().item<double>();
        double difference = (expected.to(ScalarType.Float64) - actual.to(ScalarType.Float64)).abs().max().item<double>();
        double fraction = difference / Math.Max(scale, 1e-30);
        return double.IsNaN(fraction) ? double.PositiveInfinity : fraction;
    }

    public static InferenceSession Session(string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        return new(path, options);
    }

    public static Tensor[] Run(InferenceSession session, IReadOnlyList<string> names, IReadOnlyList<Tensor> inputs)
    {
        using var options = new RunOptions();
        var values = inputs.Select(Value).ToList();
        using var results = session.Run(options, [.. names], values, [.. session.OutputNames]);
        var outputs = results.Select(Result).ToArray();
        values.ForEach(v => v.Dispose());
        return outputs;
    }

    private static OrtValue Value(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.data<long>().ToArray(), tensor.shape),
        ScalarType.Int32 => OrtValue.CreateTensorValueFromMemory(tensor.data<int>().ToArray(), tensor.shape),
        ScalarType.Float64 => OrtValue.CreateTensorValueFromMemory(tensor.data<double>().ToArray(), tensor.shape),
        ScalarType.Float16 => OrtValue.CreateTensorValueFromMemory(tensor.data<Half>().ToArray().Select(h => new Float16(BitConverter.HalfToUInt16Bits(h))).ToArray(), tensor.shape),
        _ => OrtValue.CreateTensorValueFromMemory(tensor.data<float>().ToArray(), tensor.shape),
    };

    private static Tensor Result(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => tensor(value.GetTensorDataAsSpan<double>().ToArray(), info.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16 => tensor(value.GetTensorDataAsSpan<Float16>().ToArray().Select(h => (float)BitConverter.UInt16BitsToHalf(h.value)).ToArray(), info.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => tensor(value.GetTensorDataAsSpan<long>().ToArray(), info.Shape),
            _ => tensor(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape),
        };
    }

    private static Tensor Indices(Random random, long[] shape, ScalarType type, int below)
    {
        var values = new long[shape.Aggregate(1L, (product, d) => product * d)];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Next(below);
        return tensor(values, shape).to(type);
    }
}
