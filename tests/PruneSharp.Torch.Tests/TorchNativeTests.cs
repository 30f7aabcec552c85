using TorchSharp;

namespace PruneSharp.Torch.Tests;

public sealed class TorchNativeTests
{
    private static readonly byte[] _library = File.ReadAllBytes(Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)[0]);

    [Fact]
    public void TorchSharp_loads_on_this_system()
    {
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
        Assert.Equal(SystemLibrary.HasMarker() ? TorchNativeOutcome.NotNeeded : TorchNativeOutcome.Adapted, TorchNative.Load().Outcome);
    }

    [Fact]
    public void One_flag_of_the_library_is_changed_and_nothing_else()
    {
        byte[] relaxed = [.. _library];
        Assert.True(VersionNeed.Relax(relaxed));
        int[] changed = [.. Enumerable.Range(0, relaxed.Length).Where(i => relaxed[i] != _library[i])];
        Assert.Equal(2, relaxed[Assert.Single(changed)] ^ _library[changed[0]]);
        byte[] again = [.. relaxed];
        Assert.True(VersionNeed.Relax(again));
        Assert.Equal(relaxed, again);
    }

    [Fact]
    public void Needed_libraries_are_read_by_name() => Assert.Contains("libtorch_cpu.so", new ElfImage(_library).NeededLibraries());

    [Fact]
    public void A_library_in_which_another_symbol_has_the_version_is_refused()
    {
        byte[] other = [.. _library];
        int name = other.AsSpan().IndexOf("_ZSt21ios_base_library_initv"u8);
        other[name + 5]++;
        Assert.Contains("has version GLIBCXX_3.4.32 too", Assert.Throws<InvalidModelException>(() => VersionNeed.Relax(other)).Message);
    }

    [Fact]
    public void Damaged_libraries_are_refused_or_left_alone()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = _library[..(round % 3 == 0 ? random.Next(_library.Length) : _library.Length)];
            for (int i = 0; i < 8 && damaged.Length > 0; i++)
                damaged[random.Next(Math.Min(damaged.Length, round % 2 == 0 ? 64 : 1024))] = (byte)random.Next(256);
            try
            {
                VersionNeed.Relax(damaged);
            }
            catch (InvalidModelException error)
            {
                Assert.Contains("libLibTorchSharp.so", error.Message);
            }
        }
    }

    [Fact]
    public void The_cache_holds_exact_bytes_whatever_was_there()
    {
        string folder = Directory.CreateTempSubdirectory("cache-").FullName;
        byte[] content = [1, 2, 3, 4];
        string path = AdaptedCopy.Cached(content, folder, "x.so")!;
        Assert.Equal(content, File.ReadAllBytes(path));
        foreach (byte[] wrong in new byte[][] { [], [1, 2], [1, 2, 3, 5], [1, 2, 3, 4, 5] })
        {
            File.WriteAllBytes(path, wrong);
            Assert.Equal(path, AdaptedCopy.Cached(content, folder, "x.so"));
            Assert.Equal(content, File.ReadAllBytes(path));
        }

        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.NotEqual(path, AdaptedCopy.Cached([4, 3, 2, 1], folder, "x.so"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Many_starts_at_once_share_one_file()
    {
        string folder = Directory.CreateTempSubdirectory("cache-").FullName;
        byte[] content = new byte[1 << 16];
        string?[] paths = new string?[32];
        Parallel.For(0, paths.Length, i => paths[i] = AdaptedCopy.Cached(content, folder, "x.so"));
        Assert.Equal(paths[0], Assert.Single(paths.Distinct()));
        Assert.Equal(content, File.ReadAllBytes(paths[0]!));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(paths[0])!));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_no_error()
    {
        string file = Path.GetTempFileName();
        Assert.Null(AdaptedCopy.Cached([1, 2], Path.Combine(file, "below"), "x.so"));
        Assert.Throws<DllNotFoundException>(() => AdaptedCopy.Load([1, 2], null, "x.so"));
        File.Delete(file);
    }

    [Fact]
    public void What_cannot_be_helped_is_said()
    {
        Assert.SkipWhen(SystemLibrary.HasMarker(), "This system loads TorchSharp as it is.");
        Assert.Equal(TorchNativeOutcome.NotNeeded, TorchNative.Run([]).Outcome);
        string folder = Directory.CreateTempSubdirectory("natives-").FullName;
        File.WriteAllText(Path.Combine(folder, "libLibTorchSharp.so"), "no library");
        var state = TorchNative.Run([folder]);
        Assert.Equal(TorchNativeOutcome.Failed, state.Outcome);
        Assert.Contains("GLIBCXX_3.4.32", state.Message);
        Assert.Contains("no 64-bit little-endian ELF", state.Message);
        Environment.SetEnvironmentVariable(TorchNative.Switch, "0");
        Assert.Equal(TorchNativeOutcome.SwitchedOff, TorchNative.Run([folder]).Outcome);
        Environment.SetEnvironmentVariable(TorchNative.Switch, null);
        Directory.Delete(folder, recursive: true);
    }
}
