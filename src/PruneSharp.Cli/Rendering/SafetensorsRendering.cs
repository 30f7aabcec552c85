using PruneSharp.Onnx;

namespace PruneSharp.Cli.Rendering;

/// <summary>What became of a checkpoint, as a table or JSON.</summary>
internal static class SafetensorsRendering
{
    /// <summary>Prints a report.</summary>
    public static void Show(SafetensorsReport report, bool json)
    {
        if (json)
        {
            Json.Write(report);
            return;
        }

        var table = new TextTable("tensor", "shape", "format", " bytes before", " bytes after", "");
        foreach (var tensor in report.Tensors)
            table.Add(Text.Name(tensor.Name), Text.Shape(tensor.Shape), tensor.Format, Text.Count(tensor.BytesBefore), Text.Count(tensor.BytesAfter), Text.Plain(tensor.Reason ?? ""));
        table.Write(Console.Out);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{Text.Count(report.InputBytes)} bytes before, {Text.Count(report.OutputBytes)} after.");
        if (report.Command == "pack" && report.Tensors.All(t => t.Format == CompressedTensorReport.Dense))
            Console.Out.WriteLine("No tensor gets smaller in this format: the output holds what the input holds.");
        else if (report.Command == "pack")
            Console.Out.WriteLine("Decompressed again and compared, every tensor is the same (with --values equal, but for the sign of zeros). config.json must name the format in quantization_config.sparsity_config.format.");
    }
}
