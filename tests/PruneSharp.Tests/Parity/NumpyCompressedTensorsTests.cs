using System.Text.Json;
using static PruneSharp.Tests.SafetensorsBytes;

namespace PruneSharp.Tests.Parity;

public sealed class NumpyCompressedTensorsTests
{
    [Fact]
    public void Files_equal_those_that_numpy_packs()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "compressed_tensors.json")));
        int read = 0, written = 0;
        foreach (var item in fixture.RootElement.GetProperty("cases").EnumerateArray())
        {
            byte[] dense = Of(Tensor("a.weight", item.GetProperty("dense")));
            byte[] packed = Of([.. item.GetProperty("parts").EnumerateObject().Select(p => Tensor("a." + p.Name, p.Value))]);
            var output = new MemoryStream();
            var report = CompressedTensors.Decompress(Open(packed), output, TestContext.Current.CancellationToken);
            Assert.Equal(dense, output.ToArray());
            Assert.Equal(item.GetProperty("format").GetString(), Assert.Single(report.Tensors).Format);
            read++;
            if (item.GetProperty("readOnly").GetBoolean())
                continue;

            output = new();
            CompressedTensors.Compress(Open(dense), output, CompressedTensorsFormat.Parse(report.Tensors[0].Format), cancellation: TestContext.Current.CancellationToken);
            var (ours, theirs) = (Open(output.ToArray()), Open(packed));
            Assert.Equal(theirs.Tensors.Select(t => t.Name).Order(), ours.Tensors.Select(t => t.Name).Order());
            Assert.All(theirs.Tensors, t => Assert.Equal(t.Shape, ours.Find(t.Name)!.Shape));
            Assert.All(theirs.Tensors, t => Assert.Equal(t.Type, ours.Find(t.Name)!.Type));
            Assert.All(theirs.Tensors, t => Assert.Equal(Data(theirs, t.Name), Data(ours, t.Name)));
            written++;
        }

        Assert.Equal((7, 6), (read, written));
    }

    private static (string Name, string Type, long[] Shape, byte[] Data) Tensor(string name, JsonElement tensor) =>
        (name, tensor.GetProperty("dtype").GetString()!, [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())],
            Convert.FromHexString(tensor.GetProperty("data").GetString()!));
}
