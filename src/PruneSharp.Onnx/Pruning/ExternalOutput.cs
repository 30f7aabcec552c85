using System.Security.Cryptography;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Writes the external data of a pruned model. Each file is a copy with the pruned ranges zeroed, named by the output and the first sixteen
/// digits of its own SHA-256: so an older model of the same name keeps its data until the new model is in place.
/// </summary>
internal sealed class ExternalOutput(OnnxModel model, string output) : IDisposable
{
    private const int DigestLength = 16;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _created = [];
    private bool _kept;

    /// <summary>Bytes of all data files.</summary>
    public long Bytes { get; private set; }

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(output))!;

    /// <summary>Copies every external file that the model names.</summary>
    /// <param name="weights">Weights with new values, and what writes them.</param>
    public void Write(IEnumerable<(ModelWeight Weight, Action<Stream> Write)> weights)
    {
        var changed = weights.Where(w => w.Weight.Stored.IsExternal).ToLookup(w => model.External(w.Weight.Stored).Path, StringComparer.Ordinal);
        foreach (string path in model.ExternalFiles)
        {
            var source = model.File(path);
            var root = new WireMessage(null, 0, 0, 0, source.Length);
            using var file = OutputFile.Create(output, force: true);
            WireSplice.Write(
                source,
                changed[path].Select(w => new WireEdit(root, model.External(w.Weight.Stored).Offset, Size(w.Weight), Size(w.Weight), w.Write)),
                file.Stream);
            file.Stream.Position = 0;
            string digest = Convert.ToHexStringLower(SHA256.HashData(file.Stream))[..DigestLength];
            string name = $"{Path.GetFileName(output)}.{digest}.data", target = Path.Combine(Folder, name);
            Bytes += file.Stream.Length;
            if (!File.Exists(target))
                _created.Add(target);
            file.Commit(target);
            _names[path] = name;
        }
    }

    /// <summary>Edits that point every external tensor at the new files; checksums of the old values go.</summary>
    public IEnumerable<WireEdit> LocationEdits()
    {
        foreach (var tensor in model.Tensors.Values.Where(t => t.IsExternal))
        {
            string name = _names[model.External(tensor).Path];
            for (int i = 0; i < tensor.ExternalEntries.Count; i++)
            {
                var field = tensor.ExternalEntries[i];
                string key = tensor.Proto.ExternalData[i].Key;
                if (key is not ("location" or "checksum"))
                    continue;
                byte[] entry = new StringStringEntryProto { Key = key, Value = name }.ToByteArray();
                byte[] whole = key == "checksum" ? [] : [13 << 3 | (byte)WireType.LengthDelimited, .. WireSplice.Varint((ulong)entry.Length), .. entry];
                yield return WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, whole);
            }
        }
    }

    /// <summary>Data files of earlier outputs of the same name, which the new model does not use.</summary>
    public IReadOnlyList<string> Unused() =>
    [
        .. Directory.EnumerateFiles(Folder, Path.GetFileName(output) + $".{new string('?', DigestLength)}.data").Select(file => Path.GetFileName(file)!)
            .Where(file => !_names.ContainsValue(file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The model is in place: keeps the new files. Those of a model that it replaced stay too, since copies may name them.</summary>
    public void Keep() => _kept = true;

    /// <summary>Removes the new files where the model did not get in place.</summary>
    public void Dispose()
    {
        if (!_kept)
            _created.ForEach(File.Delete);
    }

    private static long Size(ModelWeight weight) => weight.Weights.Data.Length * weight.Weights.Data.Type.Bytes();
}
