using System.IO.Compression;
using Microsoft.ML.OnnxRuntime;

/// <summary>The test set of Fashion-MNIST, from the folder in FASHION_MNIST_DIR or where Debian's package puts it.</summary>
internal static class FashionMnist
{
    private const int Pictures = 10_000;
    private const int Pixels = 784;

    private static string Folder => Environment.GetEnvironmentVariable("FASHION_MNIST_DIR") ?? "/usr/share/datasets/fashion-mnist";

    /// <summary>Whether the pictures are there.</summary>
    public static bool IsInstalled => File.Exists(Path.Combine(Folder, "t10k-images-idx3-ubyte.gz"));

    /// <summary>Percent of the test pictures that a classifier with one input [batch, 784] of 0 to 1 gets right.</summary>
    public static double Accuracy(string model)
    {
        byte[] pixels = Read("t10k-images-idx3-ubyte.gz", 16, Pictures * Pixels), labels = Read("t10k-labels-idx1-ubyte.gz", 8, Pictures);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(model, options);
        using var input = OrtValue.CreateTensorValueFromMemory([.. pixels.Select(p => p / 255f)], [Pictures, Pixels]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [session.InputNames[0]], [input], session.OutputNames);
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        int right = 0;
        for (int i = 0; i < Pictures; i++)
        {
            var row = scores.Slice(i * 10, 10);
            int best = 0;
            for (int c = 1; c < 10; c++)
                best = row[c] > row[best] ? c : best;
            right += best == labels[i] ? 1 : 0;
        }

        return right * 100.0 / Pictures;
    }

    private static byte[] Read(string name, int header, int count)
    {
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, name)), CompressionMode.Decompress);
        stream.ReadExactly(new byte[header]);
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
