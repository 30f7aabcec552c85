using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Writes the external data of a changed model: each file is a copy with the changed ranges replaced, see <see cref="DataFiles"/>.</summary>
internal sealed class ExternalOutput(OnnxModel model, string output) : IDisposable
{
    private readonly DataFiles _files = new(output);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Bytes of all data files.</summary>
    public long Bytes => _files.Bytes;

    /// <summary>Copies every external file that the model names.</summary>
    /// <param name="tensors">Tensors with new values, and what writes them.</param>
    public void Write(IEnumerable<(StoredTensor Tensor, Action<Stream> Write)> tensors)
    {
        var changed = tensors.Where(t => t.Tensor.IsExternal).ToLookup(t => model.External(t.Tensor).Path, StringComparer.Ordinal);
        foreach (string path in model.ExternalFiles)
        {
            var source = model.File(path);
            var root = new WireMessage(null, 0, 0, 0, source.Length);
            _names[path] = _files.Write(stream => WireSplice.Write(
                source,
                changed[path].Select(t => new WireEdit(root, model.External(t.Tensor).Offset, TensorData.Bytes(model, t.Tensor), TensorData.Bytes(model, t.Tensor), t.Write)),
                stream));
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
                byte[] whole = key == "checksum" ? [] : WireSplice.Field(13, entry);
                yield return WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, whole);
            }
        }
    }

    /// <inheritdoc cref="DataFiles.Unused"/>
    public IReadOnlyList<string> Unused() => _files.Unused();

    /// <inheritdoc cref="DataFiles.Keep"/>
    public void Keep() => _files.Keep();

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
