using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class SharedWeightsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_codebook_of_as_many_bits_holds_what_was_shared_bit_for_bit(int bits)
    {
        using var folder = new TempFolder();
        using var model = nn.Sequential(("first", nn.Linear(200, 100)), ("relu", nn.ReLU()), ("second", nn.Linear(100, 10)));
        using (var pruner = new Pruner(model, new Plan { Amount = 0.8 }))
            pruner.finish();
        string plain = folder.File("plain.onnx"), packed = folder.File("packed.onnx"), back = folder.File("back.onnx");
        OnnxExport.Write(model, plain, [new("x", [-1, 200])]);
        Pack();
        Assert.NotEqual(Weights(model), Unpacked());

        using var sharing = new WeightSharing(model, bits);
        using (no_grad())
            model.parameters().First().mul_(1.3);
        sharing.step();
        OnnxExport.Write(model, plain, [new("x", [-1, 200])], new() { Force = true });
        Pack();

        Assert.Equal(Weights(model), Unpacked());
        Assert.InRange(new FileInfo(packed).Length, 1, new FileInfo(plain).Length / 5);

        void Pack() => ModelPacker.Pack(plain, packed, new() { Values = ValueEncoding.Codebook(bits), Force = true });

        byte[][] Unpacked()
        {
            OnnxUnpacker.Unpack(packed, back, force: true);
            using var read = nn.Sequential(("first", nn.Linear(200, 100)), ("relu", nn.ReLU()), ("second", nn.Linear(100, 10)));
            OnnxState.Load(read, back);
            return Weights(read);
        }
    }

    private static byte[][] Weights(nn.Module module) => [.. module.parameters().Select(p => p.bytes.ToArray())];
}
