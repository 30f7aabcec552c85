using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class SparsityLoggingTests
{
    [Fact]
    public void Add_sparsity_writes_a_scalar_for_the_network_and_one_for_each_layer()
    {
        using var folder = new TemporaryFolder();
        var report = new SparsityReport(300, [new("conv1.weight", 100, 75), new("fc.weight", 300, 75)]);
        utils.tensorboard.SummaryWriter(folder["log"], createRunName: false).add_sparsity(report);
        Assert.Equal([("sparsity/total", 300, 0.625f), ("sparsity/conv1.weight", 300, 0.25f), ("sparsity/fc.weight", 300, 0.75f)], Scalars(Assert.Single(Directory.GetFiles(folder["log"]))));
    }

    [Fact]
    public void Add_sparsity_of_a_pruner_s_updates_has_one_step_each()
    {
        using var folder = new TemporaryFolder();
        using var model = nn.Linear(4, 4);
        using var pruner = new Pruner(model, new() { Schedule = Schedule.Linear(0.5, 0, 2) with { Frequency = 1 } });
        var writer = utils.tensorboard.SummaryWriter(folder["log"], createRunName: false);
        pruner.Updated += report => writer.add_sparsity(report);
        for (int i = 0; i < 5; i++)
            pruner.step();
        Assert.Equal([("sparsity/total", 1, 0f), ("sparsity/total", 2, 0.25f), ("sparsity/total", 3, 0.5f)], Scalars(Assert.Single(Directory.GetFiles(folder["log"]))).Where(s => s.Tag == "sparsity/total"));
    }

    [Fact]
    public void A_step_beyond_32_bits_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var writer = utils.tensorboard.SummaryWriter(folder["log"], createRunName: false);
        Assert.Throws<OverflowException>(() => writer.add_sparsity(new(1L << 31, [])));
    }

    // A TFRecord is length (8 bytes), its check sum (4), data, its check sum (4). The data is an Event: 2 = step, 5 = summary, whose
    // 1 = value has 1 = tag and 2 = simple_value.
    private static List<(string Tag, long Step, float Value)> Scalars(string path)
    {
        var scalars = new List<(string, long, float)>();
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        while (file.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            var (step, summary) = (0L, Array.Empty<byte>());
            Fields(file.Slice(12, length), (field, number, bytes) => (step, summary) = (field == 2 ? number : step, field == 5 ? bytes : summary));
            Fields(summary, (_, _, value) =>
            {
                var (tag, simple) = ("", 0f);
                Fields(value, (field, number, bytes) => (tag, simple) = (field == 1 ? Encoding.UTF8.GetString(bytes) : tag, field == 2 ? BitConverter.Int32BitsToSingle((int)number) : simple));
                scalars.Add((tag, step, simple));
            });
            file = file[(length + 16)..];
        }

        return scalars;
    }

    // Calls with each field of a protobuf message: its number, and its value or bytes.
    private static void Fields(ReadOnlySpan<byte> message, Action<int, long, byte[]> visit)
    {
        while (message.Length > 0)
        {
            long key = Varint(ref message);
            switch (key & 7)
            {
                case 0: visit((int)(key >> 3), Varint(ref message), []); break;
                case 1: message = message[8..]; break;
                case 2:
                    int length = (int)Varint(ref message);
                    visit((int)(key >> 3), 0, message[..length].ToArray());
                    message = message[length..];
                    break;
                default:
                    visit((int)(key >> 3), BinaryPrimitives.ReadInt32LittleEndian(message), []);
                    message = message[4..];
                    break;
            }
        }
    }

    private static long Varint(ref ReadOnlySpan<byte> message)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[0];
            message = message[1..];
            value |= (long)(next & 127) << shift;
            if (next < 128)
                return value;
        }
    }
}
