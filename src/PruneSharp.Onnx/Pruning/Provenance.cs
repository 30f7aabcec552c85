using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Where a pruned model came from, as metadata_props entries that model viewers show.</summary>
internal static class Provenance
{
    private const string Prefix = "prunesharp.";

    /// <summary>Edits that replace the entries of an earlier run by new ones at the end of the file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">What was done.</param>
    /// <param name="layers">What came of it; read when the end of the file is written.</param>
    public static IEnumerable<WireEdit> Edits(OnnxModel model, Plan plan, IReadOnlyList<PrunedLayer?> layers) =>
        Edits(model, [("plan", () => Text(plan)), ("sparsity", () => Sparsity(layers))]);

    /// <summary>Edits that replace the entries of an earlier run by new ones at the end of the file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="entries">Keys and values, beside the version and the digest of the input; read when the end of the file is written.</param>
    public static IEnumerable<WireEdit> Edits(OnnxModel model, IReadOnlyList<(string Key, Func<string> Value)> entries)
    {
        var root = model.Places[model.Proto];
        for (int i = 0; i < model.Metadata.Count; i++)
            if (model.Proto.MetadataProps[i].Key.StartsWith(Prefix, StringComparison.Ordinal))
                yield return WireEdit.Of(root, model.Metadata[i].Start, model.Metadata[i].End - model.Metadata[i].Start, []);
        yield return new(root, model.Source.Length, 0, 0, stream =>
        {
            Write(stream, "version", typeof(Provenance).Assembly.GetName().Version!.ToString(3));
            Write(stream, "input.sha256", model.Sha256());
            foreach (var (key, value) in entries)
                Write(stream, key, value());
        });
    }

    private static void Write(Stream stream, string key, string value)
    {
        byte[] entry = new StringStringEntryProto { Key = Prefix + key, Value = value }.ToByteArray();
        stream.Write(WireSplice.Field(14, entry));
    }

    // Plans with parts that have no JSON form are named by them.
    private static string Text(Plan plan)
    {
        try
        {
            return Json(writer => PlanJson.Write(plan, writer));
        }
        catch (NotSupportedException)
        {
            return $"{plan.Criterion.Name}, {plan.Structure}, {plan.Allocation.Name}, {plan.Amount}";
        }
    }

    private static string Sparsity(IReadOnlyList<PrunedLayer?> layers) => Json(writer =>
    {
        writer.WriteStartObject();
        foreach (var layer in layers.OfType<PrunedLayer>())
            writer.WriteNumber(layer.Name, layer.Sparsity);
        writer.WriteEndObject();
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
