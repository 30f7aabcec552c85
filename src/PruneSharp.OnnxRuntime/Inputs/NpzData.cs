using System.IO.Compression;
using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>Samples from a NumPy .npz file: one array an input of the model, first axis = sample.</summary>
internal sealed class NpzData
{
    private readonly string _name;
    private readonly Dictionary<string, NpyArray> _arrays;

    private NpzData(string name, Dictionary<string, NpyArray> arrays)
    {
        _name = name;
        _arrays = arrays;
    }

    /// <summary>Samples in every array.</summary>
    public int Count { get; private init; }

    /// <summary>Reads the first samples of a file for a model.</summary>
    /// <exception cref="InvalidModelException">The file is damaged, or its arrays do not fit the model's inputs.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    public static NpzData Open(string path, InferenceSession session, ICollection<string> inputs, int mostSamples)
    {
        string name = Path.GetFileName(path);
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        var names = new List<string>();
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist.", path);
        try
        {
            using var archive = ZipFile.OpenRead(path);
            foreach (var entry in archive.Entries.Where(e => e.Name.EndsWith(".npy", StringComparison.Ordinal)))
            {
                names.Add(entry.FullName[..^4]);
                if (!inputs.Contains(names[^1]))
                    continue;
                using var contents = entry.Open();
                using var stream = new Crc32Stream(contents);
                arrays[entry.FullName[..^4]] = NpyArray.Read(stream, entry.Length, mostSamples, $"{name}/{entry.FullName}");
                if (stream.Crc32 != entry.Crc32)
                    throw new InvalidModelException($"{name}/{entry.FullName}", "its checksum is wrong; the file is damaged.");
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidModelException(name, "it is not an .npz file; make one with numpy.savez.", error);
        }

        foreach (string input in inputs)
        {
            if (!arrays.TryGetValue(input, out var array))
                throw new InvalidModelException(name, $"it has no array for input {input}; it holds {string.Join(", ", names.Take(8))}. Name the arrays after the model's inputs: {string.Join(", ", inputs)}.");
            var metadata = session.InputMetadata[input];
            bool fits = array.Type == metadata.ElementDataType && array.Shape.Length == metadata.Dimensions.Length && array.Shape.Length > 0
                && metadata.Dimensions.Skip(1).Zip(array.Shape.Skip(1)).All(p => p.First < 0 || p.First == p.Second);
            if (!fits)
                throw new InvalidModelException(name, $"array {input} is {array.Type} [{string.Join(", ", array.Shape)}]; the model takes {metadata.ElementDataType} [{string.Join(", ", metadata.Dimensions)}], with samples along the first axis.");
        }

        long count = inputs.Count == 0 ? 0 : inputs.Min(i => arrays[i].Shape[0]);
        if (count == 0)
            throw new InvalidModelException(name, "it holds no samples.");
        return new(name, arrays) { Count = (int)Math.Min(count, int.MaxValue) };
    }

    /// <summary>One sample as a batch of one.</summary>
    public NamedTensors Sample(int index, ICollection<string> inputs)
    {
        var sample = new NamedTensors();
        foreach (string input in inputs)
        {
            var array = _arrays[input];
            long[] shape = [1, .. array.Shape.Skip(1)];
            var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, array.Type, shape);
            sample.Add(input, value);
            int bytes = (int)(array.Bytes.Length / array.Shape[0]);
            if (bytes > 0)
                array.Bytes.AsSpan(index * bytes, bytes).CopyTo(value.GetTensorMutableRawData());
        }

        return sample;
    }

    /// <inheritdoc/>
    public override string ToString() => _name;
}
