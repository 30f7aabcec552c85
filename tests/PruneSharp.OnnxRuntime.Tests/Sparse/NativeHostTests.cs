using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The library in programs without .NET.</summary>
public sealed class NativeHostTests
{
    private static readonly string _folder = SparseFolder.New();

    [Fact]
    public void C_host_gives_the_same_over_sessions_threads_and_reloads()
    {
        string library = NativeLibraryFile.Path, host = CompiledHost(), model = Model(), runtime = Runtime(), report = Path.Combine(_folder, "report.json");
        double[] dense = Numbers(Run(host, runtime, "-", model, "1")), sparse = Numbers(Run(host, runtime, library, model, "5", report));
        AssertNear(dense, sparse);
        Assert.Contains("\"claimed\": true", File.ReadAllText(report), StringComparison.Ordinal);
    }

    [Fact]
    public void C_host_on_a_processor_without_avx2_is_refused_and_lives()
    {
        string library = NativeLibraryFile.Path, host = CompiledHost(), model = Model();
        Assert.SkipUnless(Succeeds("qemu-x86_64", "--version"), "There is no qemu-x86_64, which can be an older processor.");
        var (code, _, error) = Start("qemu-x86_64", ["-cpu", "Nehalem", host, Runtime(), library, model, "1"]);
        Assert.Equal(1, code);
        Assert.Contains("lacks AVX2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_of_functions_are_those_of_the_c_header()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Succeeds("cc", "--version"), "There is no C compiler called cc, or this is not Linux.");
        string folder = SparseFolder.New(), source = Path.Combine(folder, "slots.c"), program = Path.Combine(folder, "slots");
        var lines = Enum.GetValues<OrtSlot>().Select(slot => $"printf(\"{slot} %zu\\n\", offsetof(OrtApi, {slot}) / sizeof(void*));");
        File.WriteAllText(source, $"#include <stdbool.h>\n#include <stddef.h>\n#include <stdio.h>\n#include \"onnxruntime_c_api.h\"\nint main(void) {{ {string.Join('\n', lines)} return 0; }}\n");
        Run("cc", "-I", Path.Combine(Package(), "build", "native", "include"), source, "-o", program);
        string[] expected = [.. Enum.GetValues<OrtSlot>().Select(slot => $"{slot} {(int)slot}")];
        Assert.Equal(expected, Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Python_host_gives_the_same()
    {
        string library = NativeLibraryFile.Path, host = CompiledHost(), model = Model();
        Assert.SkipUnless(Succeeds("python3", "-c", "import onnxruntime, numpy; onnxruntime.register_execution_provider_library"), "Python has no onnxruntime with plug-in execution providers.");
        AssertNear(Numbers(Run(host, Runtime(), "-", model, "1")), Numbers(Run("python3", Source("host.py"), library, model)));
    }

    private static string CompiledHost()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Succeeds("cc", "--version"), "There is no C compiler called cc, or this is not Linux.");
        string host = Path.Combine(_folder, $"host{Guid.NewGuid():N}");
        Run("cc", "-O1", "-Wall", "-Werror", "-I", Path.Combine(Package(), "build", "native", "include"), Source("host.c"), "-o", host, "-ldl", "-lpthread");
        return host;
    }

    private static string Model()
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, SparseModels.Convolutions().ToByteArray());
        return path;
    }

    private static string Runtime() => Path.Combine(Package(), "runtimes", "linux-x64", "native", "libonnxruntime.so");

    // Where NuGet has put the package, written down by the build.
    private static string Package() => typeof(NativeHostTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "OnnxRuntimePackage").Value!;

    private static string Source(string name, [CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "native", name));

    private static double[] Numbers(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

    private static void AssertNear(double[] expected, double[] actual)
    {
        Assert.Equal(8 * 8 * 8, expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            return Start(program, arguments).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        var (code, output, error) = Start(program, arguments);
        Assert.True(code == 0, $"{Path.GetFileName(program)} ended with {code}: {error}");
        return output;
    }

    private static (int Code, string Output, string Error) Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
