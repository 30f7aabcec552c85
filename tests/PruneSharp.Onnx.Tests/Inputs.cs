namespace PruneSharp.Onnx.Tests;

/// <summary>Real models that the tests read.</summary>
internal static class Inputs
{
    public static string Tiny => Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx");

    public static string[] Toys => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Toys"), "*.onnx").Order(StringComparer.Ordinal)];

    /// <summary>Models of Debian's libonnx-testdata; skips the test where it is not installed.</summary>
    public static string[] OnnxTestData()
    {
        const string Folder = "/usr/share/libonnx-testdata";
        string[] files = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.onnx", SearchOption.AllDirectories) : [];
        if (files.Length == 0 && Environment.GetEnvironmentVariable("PRUNESHARP_REQUIRE_INPUTS") == "1")
            Assert.Fail("Debian's package libonnx-testdata is required and not installed.");
        Assert.SkipWhen(files.Length == 0, "Debian's package libonnx-testdata is not installed.");
        return files;
    }
}
