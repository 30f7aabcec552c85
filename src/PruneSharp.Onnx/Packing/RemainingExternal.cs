using System.Globalization;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// The external values that stay when others are packed: copied one behind the other, each range once, into one file, see
/// <see cref="DataFiles"/>.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="output">Path of the new model.</param>
/// <param name="packed">Tensors that are external no more.</param>
/// <param name="changed">Tensors that get other values; what is written for them takes their place.</param>
internal sealed class RemainingExternal(OnnxModel model, string output, IEnumerable<StoredTensor> packed, IReadOnlyDictionary<StoredTensor, PayloadTensor>? changed = null) : IDisposable
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
            if (changed?.ContainsKey(tensor) == true)
                continue;
            for (int i = 0; i < tensor.ExternalEntries.Count; i++)
            {
                var field = tensor.ExternalEntries[i];
                byte[] entries = i > 0 ? [] : [.. Entries(offset, length).SelectMany(entry => WireSplice.Field(13, entry.ToByteArray()))];
                yield return WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, entries);
            }
        }
    }

    /// <summary>A changed tensor's description, pointing at its new values.</summary>
    public TensorProto Header(StoredTensor tensor)
    {
        var header = changed![tensor].Header.Clone();
        header.DataLocation = TensorProto.Types.DataLocation.External;
        header.ExternalData.Add(Entries(_places[tensor].Offset, _places[tensor].Length));
        return header;
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
            if (changed?.GetValueOrDefault(tensor) is { } payload)
            {
                stream.Write(new byte[(int)(-stream.Position & (Alignment - 1))]);
                _places[tensor] = (stream.Position, payload.Bytes);
                foreach (byte[] piece in payload.Values())
                    stream.Write(piece);
                continue;
            }

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

    private StringStringEntryProto[] Entries(long offset, long length) =>
    [
        new() { Key = "location", Value = _name! },
        new() { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) },
        new() { Key = "length", Value = length.ToString(CultureInfo.InvariantCulture) },
    ];
}
