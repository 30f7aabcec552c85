using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// The external values that stay when others are packed: copied one behind the other, each range once, into one file named by the output
/// and the first sixteen digits of its own SHA-256.
/// </summary>
internal sealed class RemainingExternal(OnnxModel model, string output, IEnumerable<StoredTensor> packed) : IDisposable
{
    private const int DigestLength = 16;
    private const int Alignment = 64;

    private readonly HashSet<StoredTensor> _packed = [.. packed];
    private readonly Dictionary<StoredTensor, (long Offset, long Length)> _places = new(ReferenceEqualityComparer.Instance);
    private string? _name;
    private string? _created;
    private bool _kept;

    /// <summary>Bytes of the file; 0 where there is none.</summary>
    public long Bytes { get; private set; }

    private IEnumerable<StoredTensor> Tensors => model.Tensors.Values.Where(t => t.IsExternal && !_packed.Contains(t));

    /// <summary>Writes the file, where any external values stay.</summary>
    public void Write()
    {
        if (!Tensors.Any())
            return;
        using var file = OutputFile.Create(output, force: true);
        var ranges = new Dictionary<(string, long, long), long>();
        foreach (var tensor in Tensors)
        {
            long bytes = TensorData.Bytes(model, tensor);
            var (source, offset) = TensorData.ExternalRange(model, tensor, bytes);
            if (!ranges.TryGetValue((model.External(tensor).Path, offset, bytes), out long at))
            {
                file.Stream.Write(new byte[(int)(-file.Stream.Position & (Alignment - 1))]);
                ranges[(model.External(tensor).Path, offset, bytes)] = at = file.Stream.Position;
                source.CopyTo(file.Stream, offset, bytes);
            }

            _places[tensor] = (at, bytes);
        }

        file.Stream.Position = 0;
        _name = $"{Path.GetFileName(output)}.{Convert.ToHexStringLower(SHA256.HashData(file.Stream))[..DigestLength]}.data";
        Bytes = file.Stream.Length;
        string target = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, _name);
        _created = File.Exists(target) ? null : target;
        file.Commit(target);
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

    /// <summary>The model is in place: keeps the file.</summary>
    public void Keep() => _kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_kept && _created is not null)
            File.Delete(_created);
    }

    private static byte[] Entry(string key, string value)
    {
        byte[] entry = new StringStringEntryProto { Key = key, Value = value }.ToByteArray();
        return [13 << 3 | (byte)WireType.LengthDelimited, .. WireSplice.Varint((ulong)entry.Length), .. entry];
    }
}
