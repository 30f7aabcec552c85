using System.Globalization;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// The external values that stay when others are packed: copied one behind the other, each range once, into one file, see
/// <see cref="DataFiles"/>.
/// </summary>
internal sealed class RemainingExternal(OnnxModel model, string output, IEnumerable<StoredTensor> packed) : IDisposable
{
    private const int Alignment = 64;

    private readonly HashSet<StoredTensor> _packed = [.. packed];
    private readonly Dictionary<StoredTensor, (long Offset, long Length)> _places = new(ReferenceEqualityComparer.Instance);
    private readonly DataFiles _files = new(output);
    private string? _name;

    /// <summary>Bytes of the file; 0 where there is none.</summary>
    public long Bytes => _files.Bytes;

    private IEnumerable<StoredTensor> Tensors => model.Tensors.Values.Where(t => t.IsExternal && !_packed.Contains(t));

    /// <summary>Writes the file, where any external values stay.</summary>
    public void Write()
    {
        if (!Tensors.Any())
            return;
        _name = _files.Write(Copy);
    }

    /// <summary>Edits that point the tensors at the new file.</summary>
    public IEnumerable<WireEdit> Edits()
    {
        foreach (var (tensor, (offset, length)) in _places)
        {
            for (int i = 0; i < tensor.ExternalEntries.Count; i++)
            {
                var field = tensor.ExternalEntries[i];
                byte[] entries = i > 0 ? [] :
                [
                    .. Entry("location", _name!), .. Entry("offset", offset.ToString(CultureInfo.InvariantCulture)),
                    .. Entry("length", length.ToString(CultureInfo.InvariantCulture)),
                ];
                yield return WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, entries);
            }
        }
    }

    /// <inheritdoc cref="DataFiles.Keep"/>
    public void Keep() => _files.Keep();

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private void Copy(Stream stream)
    {
        var ranges = new Dictionary<(string, long, long), long>();
        foreach (var tensor in Tensors)
        {
            long bytes = TensorData.Bytes(model, tensor);
            var (source, offset) = TensorData.ExternalRange(model, tensor, bytes);
            if (!ranges.TryGetValue((model.External(tensor).Path, offset, bytes), out long at))
            {
                stream.Write(new byte[(int)(-stream.Position & (Alignment - 1))]);
                ranges[(model.External(tensor).Path, offset, bytes)] = at = stream.Position;
                source.CopyTo(stream, offset, bytes);
            }

            _places[tensor] = (at, bytes);
        }
    }

    private static byte[] Entry(string key, string value) => WireSplice.Field(13, new StringStringEntryProto { Key = key, Value = value }.ToByteArray());
}
