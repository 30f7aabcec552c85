using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PruneSharp;

/// <summary>
/// Plans as JSON. Keys: <c>schemaVersion</c> (1), <c>criterion</c> (l1, l2, random), <c>seed</c> (random only), <c>structure</c>,
/// <c>norm</c> (channel only; a number, "inf" or "-inf"), <c>allocation</c> (local, global, lamp, erk, per-layer),
/// <c>minimumSparsity</c>, <c>maximumSparsity</c>, <c>layers</c> (per-layer only), <c>amount</c>, <c>schedule</c>, <c>only</c>,
/// <c>skip</c>, <c>embeddings</c>, <c>minimumParameters</c>. A schedule is an object of <c>name</c> (one-shot, constant, linear, cubic,
/// polynomial, cosine, exponential, iterative), <c>finalSparsity</c>, <c>initialSparsity</c>, <c>beginStep</c>, <c>endStep</c>,
/// <c>frequency</c>, <c>power</c> (polynomial only) and <c>rounds</c> (iterative only). Amounts are strings, "0.8", "80%" or "1000"; a bare number is read by how it is
/// written: with a point or exponent a fraction, else a count. What has its default value is left out.
/// </summary>
public static class PlanJson
{
    /// <summary>The version of the keys above.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidPlanException">The text is not JSON, has unknown keys or impossible values; all problems are listed.</exception>
    public static Plan Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return new PlanReader(document.RootElement).Read();
        }
        catch (JsonException error)
        {
            throw new InvalidPlanException([$"It is not JSON: {error.Message}"]);
        }
    }

    /// <summary>Writes a plan, indented.</summary>
    /// <exception cref="NotSupportedException">The plan holds a custom criterion, structure, allocation or schedule, which has no JSON form.</exception>
    public static string Write(Plan plan)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(plan, writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes a plan as one JSON object.</summary>
    /// <inheritdoc cref="Write(Plan)"/>
    public static void Write(Plan plan, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", SchemaVersion);
        writer.WriteString("criterion", plan.Criterion is L1Criterion or L2Criterion or RandomCriterion ? plan.Criterion.Name : throw Unsupported("criterion", plan.Criterion.Name));
        if (plan.Criterion is RandomCriterion random)
            writer.WriteNumber("seed", random.Seed);
        if (plan.Structure is not (UnstructuredStructure or NOfMStructure or BlockStructure or ChannelStructure))
            throw Unsupported("structure", plan.Structure.ToString());
        writer.WriteString("structure", plan.Structure.ToString());
        if (plan.Structure is ChannelStructure { Norm: not 1 } channel)
            WriteNorm(channel.Norm, writer);
        writer.WriteString("allocation", plan.Allocation is LocalAllocation or GlobalAllocation or LampAllocation or ErkAllocation or PerLayerAllocation ? plan.Allocation.Name : throw Unsupported("allocation", plan.Allocation.Name));
        if (plan.Allocation.MinimumSparsity != 0)
            writer.WriteNumber("minimumSparsity", plan.Allocation.MinimumSparsity);
        if (plan.Allocation.MaximumSparsity != 1)
            writer.WriteNumber("maximumSparsity", plan.Allocation.MaximumSparsity);
        if (plan.Allocation is PerLayerAllocation layers)
        {
            writer.WriteStartObject("layers");
            foreach (var (name, amount) in layers.Amounts)
                writer.WriteString(name, amount.ToString());
            writer.WriteEndObject();
        }

        if (plan.Amount is { } total)
            writer.WriteString("amount", total.ToString());
        if (plan.Schedule is { } schedule)
            ScheduleWriter.Write(schedule, writer);
        WriteNames("only", plan.Targets.Only, writer);
        WriteNames("skip", plan.Targets.Skip, writer);
        if (!plan.Targets.Embeddings)
            writer.WriteBoolean("embeddings", false);
        if (plan.Targets.MinimumParameters != 0)
            writer.WriteNumber("minimumParameters", plan.Targets.MinimumParameters);
        writer.WriteEndObject();
    }

    internal static NotSupportedException Unsupported(string what, string? name) =>
        new($"The {what} '{name}' is not one of the built-in ones and has no JSON form.");

    private static void WriteNorm(double norm, Utf8JsonWriter writer)
    {
        if (double.IsInfinity(norm))
            writer.WriteString("norm", norm > 0 ? "inf" : "-inf");
        else
            writer.WriteNumber("norm", norm);
    }

    private static void WriteNames(string key, IReadOnlyList<string> names, Utf8JsonWriter writer)
    {
        if (names.Count == 0)
            return;
        writer.WriteStartArray(key);
        foreach (string name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
