using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Turns tensors into the entries of a file. One tensor at a time is copied, and only if it is not contiguous on the CPU.</summary>
internal static class StateWriter
{
    /// <summary>The writer for the ending of a path.</summary>
    /// <exception cref="ArgumentException">The ending is none of .safetensors, .pt and .pth.</exception>
    public static Action<IReadOnlyDictionary<string, Tensor>, Stream> For(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".safetensors" => (state, output) => Safetensors(state, output, new() { ["format"] = "pt" }),
        ".pt" or ".pth" => PyTorch,
        var other => throw new ArgumentException($"{path} ends in '{other}'; expected .safetensors, .pt or .pth.", nameof(path)),
    };

    /// <summary>Writes a safetensors file: large elements first, then each is aligned to its size, which readers rely on.</summary>
    public static void Safetensors(IReadOnlyDictionary<string, Tensor> state, Stream output, Dictionary<string, string> metadata)
    {
        var entries = state.Select(s => Entry(s.Key, s.Value)).OrderByDescending(e => e.Type.Bytes).ToList();
        SafetensorsWriter.Write(output, entries, metadata);

        static SafetensorsEntry Entry(string name, Tensor tensor)
        {
            var type = Type(name, tensor).Safetensors
                ?? throw new ArgumentException($"{name} has dtype {tensor.dtype}, which safetensors files lack. Save it as .pt.", nameof(state));
            return new(name, type, tensor.shape, tensor.NumberOfElements * type.Bytes, s => TensorMemory.Write(tensor, s));
        }
    }

    private static void PyTorch(IReadOnlyDictionary<string, Tensor> state, Stream output)
    {
        var entries = new List<PyTorchEntry>();
        var owners = new Dictionary<(nint, ScalarType, string), string>();
        foreach (var (name, tensor) in state)
        {
            var type = Type(name, tensor).PyTorch;
            string? owner = null;
            if (tensor.NumberOfElements > 0 && !owners.TryAdd((Place(tensor), tensor.dtype, string.Join(',', tensor.shape)), name))
                owner = owners[(Place(tensor), tensor.dtype, string.Join(',', tensor.shape))];
            entries.Add(new(name, type, tensor.shape, tensor.NumberOfElements * type.Bytes, s => TensorMemory.Write(tensor, s), owner));
        }

        PyTorchWriter.Write(output, entries);
    }

    // Equal for tensors that are certainly the same memory.
    private static unsafe nint Place(Tensor tensor)
    {
        if (!TensorMemory.IsPlain(tensor))
            return tensor.Handle;
        using var scope = NewDisposeScope();
        var first = tensor.detach().view(-1).narrow(0, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    private static StateType Type(string name, Tensor tensor)
    {
        if (tensor.is_sparse || tensor.is_meta)
        {
            string what = tensor.is_sparse ? "sparse; call to_dense()" : "on the meta device and has no values; load some";
            throw new ArgumentException($"{name} is {what} before saving.", nameof(tensor));
        }

        return StateType.Find(tensor.dtype)
            ?? throw new ArgumentException($"{name} has dtype {tensor.dtype}, which files of weights lack; call dequantize() before saving.", nameof(tensor));
    }
}
