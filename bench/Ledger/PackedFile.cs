using PruneSharp;
using PruneSharp.OnnxRuntime;
using PruneSharp.Torch.Onnx;
using TorchSharp.Modules;

/// <summary>The size of a network as a file.</summary>
internal static class PackedFile
{
    /// <summary>Bytes of the plain file of a dense network, and of the packed one of a pruned network, exact values.</summary>
    public static long Bytes(Sequential model, Experiment experiment)
    {
        string folder = Directory.CreateTempSubdirectory("ledger-").FullName, plain = Path.Combine(folder, "plain.onnx"), shrunk = Path.Combine(folder, "shrunk.onnx"), packed = Path.Combine(folder, "packed.onnx");
        try
        {
            long bytes = OnnxExport.Write(model, plain, [new("input", [1, 1, 28, 28])]).Bytes;
            if (experiment.Shrinks)
                ModelShrinker.Shrink(plain, shrunk, new ShrinkTarget.Dead(Align: 1));
            var values = experiment.SharedBits > 0 ? ValueEncoding.Codebook(experiment.SharedBits) : ValueEncoding.Exact;
            return experiment.Sparsity == 0 ? bytes : ModelPacker.Pack(experiment.Shrinks ? shrunk : plain, packed, new() { Values = values }).OutputBytes ?? bytes;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
