using System.IO.Compression;

namespace PruneSharp.Samples;

/// <summary>Fashion-MNIST (Xiao et al. 2017, arXiv:1708.07747): pictures of 28×28 grey pixels in ten classes of clothing.</summary>
public sealed class FashionMnist
{
    private const int Pixels = 28 * 28, Classes = 10, ImageHeader = 16, LabelHeader = 8;

    private FashionMnist(string folder, string part)
    {
        Labels = Read(folder, $"{part}-labels-idx1-ubyte.gz", LabelHeader);
        Images = [.. Read(folder, $"{part}-images-idx3-ubyte.gz", ImageHeader).Select(p => p / 255f)];
        if (Images.Length != Labels.Length * Pixels)
            throw new InvalidDataException($"{part} has {Images.Length} pixels for {Labels.Length} labels; expected {Pixels} each.");
    }

    /// <summary>Pixels 0 … 1, picture after picture, [<see cref="Count"/>, 1, 28, 28].</summary>
    public float[] Images { get; }

    /// <summary>Classes 0 … 9.</summary>
    public byte[] Labels { get; }

    /// <summary>Number of pictures.</summary>
    public int Count => Labels.Length;

    /// <summary>Whether the 60,000 training pictures are there: Debian's package dataset-fashion-mnist, or the folder in FASHION_MNIST_DIR.</summary>
    public static bool HasTraining => File.Exists(Path.Combine(Installed, "train-images-idx3-ubyte.gz"));

    private static string Installed => Environment.GetEnvironmentVariable("FASHION_MNIST_DIR") ?? "/usr/share/datasets/fashion-mnist";

    /// <summary>The 60,000 training pictures.</summary>
    /// <exception cref="FileNotFoundException">They are not installed.</exception>
    public static FashionMnist Training() => HasTraining
        ? new(Installed, "train")
        : throw new FileNotFoundException($"The training pictures are not in {Installed}. Install Debian's package dataset-fashion-mnist, or set FASHION_MNIST_DIR to a folder with its four files.");

    /// <summary>The 10,000 test pictures, which are part of the repository.</summary>
    public static FashionMnist Test() => new(Path.Combine(AppContext.BaseDirectory, "fashion-mnist"), "t10k");

    /// <summary>Percent of the pictures whose class has the highest of its ten logits.</summary>
    /// <param name="logits">[<see cref="Count"/>, 10].</param>
    public double Accuracy(ReadOnlySpan<float> logits)
    {
        int right = 0;
        for (int i = 0; i < Count; i++)
        {
            var row = logits.Slice(i * Classes, Classes);
            int best = 0;
            for (int c = 1; c < Classes; c++)
                best = row[c] > row[best] ? c : best;
            right += best == Labels[i] ? 1 : 0;
        }

        return right * 100.0 / Count;
    }

    private static byte[] Read(string folder, string name, int header)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray()[header..];
    }
}
