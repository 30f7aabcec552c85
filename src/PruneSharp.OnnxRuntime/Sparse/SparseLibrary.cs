using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>The shared library with the execution provider: where it is, and its registration with ONNX Runtime.</summary>
internal static class SparseLibrary
{
    /// <summary>The execution provider's name.</summary>
    public const string ProviderName = "PruneSharpSparse";

    /// <summary>An environment variable with the library's path.</summary>
    public const string Variable = "PRUNESHARP_NATIVE";

    private static readonly Lock _lock = new();

    /// <summary>The library's file name on this system.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "libprunesharp.dll" : OperatingSystem.IsMacOS() ? "libprunesharp.dylib" : "libprunesharp.so";

    /// <summary>The devices of the provider, which is registered where that has not been done yet.</summary>
    /// <param name="path">The library; null to search.</param>
    /// <exception cref="FileNotFoundException">There is no library.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks what the library was built for.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the library; where it is too old, the message says so.</exception>
    public static IReadOnlyList<OrtEpDevice> Devices(string? path)
    {
        lock (_lock)
        {
            var env = OrtEnv.Instance();
            if (Registered(env) is { Count: > 0 } already)
                return already;
            string library = Find(path);
            if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !(Avx2.IsSupported && Fma.IsSupported && Bmi2.IsSupported && Lzcnt.IsSupported))
                throw new PlatformNotSupportedException($"This processor lacks AVX2 or FMA, which {FileName} was built for. SparseSession.Create needs neither.");
            env.RegisterExecutionProviderLibrary(ProviderName, library);
            return Registered(env);
        }
    }

    /// <summary>Where the library is.</summary>
    /// <param name="path">Where the caller says it is; null to search.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Find(string? path)
    {
        path ??= Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;
        string folder = AppContext.BaseDirectory;
        string[] places = path is not null ? [Path.GetFullPath(path)] : [Path.Combine(folder, FileName), Path.Combine(folder, "runtimes", Rid, "native", FileName)];
        return places.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"The library of the sparse execution provider is not at {string.Join(" or ", places)}. Add the package PruneSharp.Native to the application, or build it with " +
            $"'dotnet publish src/PruneSharp.Native -c Release -r {Rid}' and name it in SparseProviderOptions.LibraryPath or {Variable}. SparseSession.Create needs no library.",
            places[0]);
    }

    private static string Rid =>
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static List<OrtEpDevice> Registered(OrtEnv env) => [.. env.GetEpDevices().Where(d => d.EpName == ProviderName)];
}
