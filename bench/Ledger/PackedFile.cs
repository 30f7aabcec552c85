using PruneSharp.OnnxRuntime;
using PruneSharp.Torch.Onnx;
using TorchSharp.Modules;

/// <summary>The size of a network as a file.</summary>
internal static class PackedFile
{
    public static long Bytes(Sequential model, bool isDense)
    {
        string folder = Directory.CreateTempSubdirectory("ledger-").FullName, plain = Path.Combine(folder, "plain.onnx"), packed = Path.Combine(folder, "packed.onnx");
        try
        {
            long bytes = OnnxExport.Write(model, plain, [new("input", [1, 1, 28, 28])]).Bytes;
            return isDense ? bytes : ModelPacker.Pack(plain, packed).OutputBytes ?? bytes;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
