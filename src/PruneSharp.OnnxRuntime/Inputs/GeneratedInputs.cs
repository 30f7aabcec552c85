using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Random inputs by seed: numbers uniform in a range, whole numbers 0 … 9, truth values even; masks (by name) all ones. Sizes of dynamic
/// dimensions follow <see cref="InputDims"/>.
/// </summary>
internal static class GeneratedInputs
{
    /// <summary>Finds sizes with which the model runs.</summary>
    /// <exception cref="ArgumentException">A given dimension is not in the model.</exception>
    /// <exception cref="InvalidModelException">No size tried makes the model run, or an input is no tensor.</exception>
    public static InputDims FindDims(InferenceSession session, string modelName, IReadOnlyDictionary<string, int> given)
    {
        var symbols = InputDims.Symbols(session.InputMetadata).ToList();
        if (given.Keys.FirstOrDefault(name => !symbols.Contains(name)) is { } unknown)
            throw new ArgumentException($"The model has no dynamic dimension '{unknown}'. {(symbols.Count == 0 ? "All its dimensions are fixed." : $"It has {string.Join(", ", symbols)}.")}");
        OnnxRuntimeException? first = null;
        foreach (int imageSize in symbols.Count == 0 ? InputDims.ImageSizes[..1] : InputDims.ImageSizes)
        {
            var dims = new InputDims(given, imageSize);
            try
            {
                using var inputs = Create(session, modelName, dims, new(), 0);
                using var run = new RunOptions();
                using var outputs = session.Run(run, inputs.Values, session.OutputNames);
                return dims;
            }
            catch (OnnxRuntimeException error)
            {
                first ??= error;
            }
        }

        throw new InvalidModelException(modelName, $"it does not run on generated inputs: {first!.Message} {(symbols.Count == 0 ? "" : $"Give sizes with --dim NAME=SIZE for {string.Join(", ", symbols)}.")}", first);
    }

    /// <summary>One set of inputs.</summary>
    /// <param name="session">The model.</param>
    /// <param name="modelName">Its name, for errors.</param>
    /// <param name="dims">Sizes of dynamic dimensions.</param>
    /// <param name="range">Range of the numbers.</param>
    /// <param name="seed">The same seed gives the same values.</param>
    /// <param name="only">Names to make; null for all inputs.</param>
    public static NamedTensors Create(InferenceSession session, string modelName, InputDims dims, InputRange range, ulong seed, ICollection<string>? only = null)
    {
        var inputs = new NamedTensors();
        foreach (var (name, metadata) in session.InputMetadata)
        {
            if (only is not null && !only.Contains(name))
                continue;
            if (!metadata.IsTensor || metadata.IsString)
                throw new InvalidModelException(modelName, $"its input {name} is {(metadata.IsTensor ? "text" : metadata.OnnxValueType.ToString())}; inputs can be generated for number tensors only.");
            var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, metadata.ElementDataType, dims.Shape(name, metadata));
            inputs.Add(name, value);
            Fill(name, metadata.ElementDataType, value, range, seed, modelName);
        }

        return inputs;
    }

    private static void Fill(string name, TensorElementType type, OrtValue value, InputRange range, ulong seed, string modelName)
    {
        bool ones = name.Contains("mask", StringComparison.OrdinalIgnoreCase);
        var bytes = value.GetTensorMutableRawData();
        long count = value.GetTensorTypeAndShape().ElementCount;
        if (count == 0)
            return;
        var random = new double[count];
        Criterion.Random(seed).Score(name, 0, random, random);
        switch (type)
        {
            case TensorElementType.Float: Each<float>(bytes, random, u => ones ? 1 : (float)range.At(u)); break;
            case TensorElementType.Double: Each<double>(bytes, random, u => ones ? 1 : range.At(u)); break;
            case TensorElementType.Float16: Each<Half>(bytes, random, u => ones ? Half.One : (Half)range.At(u)); break;
            case TensorElementType.BFloat16: Each<ushort>(bytes, random, u => (ushort)(BitConverter.SingleToUInt32Bits(ones ? 1 : (float)range.At(u)) >> 16)); break;
            case TensorElementType.Int64: Each<long>(bytes, random, u => ones ? 1 : (long)(u * 10)); break;
            case TensorElementType.Int32: Each<int>(bytes, random, u => ones ? 1 : (int)(u * 10)); break;
            case TensorElementType.Int16 or TensorElementType.UInt16: Each<short>(bytes, random, u => ones ? (short)1 : (short)(u * 10)); break;
            case TensorElementType.Int8 or TensorElementType.UInt8: Each<byte>(bytes, random, u => ones ? (byte)1 : (byte)(u * 10)); break;
            case TensorElementType.Bool: Each<byte>(bytes, random, u => (byte)(ones || u < 0.5 ? 1 : 0)); break;
            default: throw new InvalidModelException(modelName, $"its input {name} holds {type}; inputs of that type cannot be generated.");
        }
    }

    private static void Each<T>(Span<byte> bytes, double[] random, Func<double, T> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < random.Length; i++)
            values[i] = convert(random[i]);
    }
}
