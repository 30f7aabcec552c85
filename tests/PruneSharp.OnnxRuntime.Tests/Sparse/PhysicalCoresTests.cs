using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class PhysicalCoresTests
{
    [Fact]
    public void Count_is_not_more_than_the_machine_has() => Assert.InRange(PhysicalCores.Count, 1, 4096);

    [Fact]
    public void OfLinux_counts_each_core_of_each_package_once()
    {
        string folder = SparseFolder.New();
        foreach (var (name, package, core) in (ReadOnlySpan<(string, int, int)>)[("cpu0", 0, 0), ("cpu1", 0, 1), ("cpu2", 0, 0), ("cpu10", 1, 0), ("cpu11", 1, 0)])
        {
            string topology = Directory.CreateDirectory(Path.Combine(folder, name, "topology")).FullName;
            File.WriteAllText(Path.Combine(topology, "physical_package_id"), $"{package}\n");
            File.WriteAllText(Path.Combine(topology, "core_id"), $"{core}\n");
        }

        Directory.CreateDirectory(Path.Combine(folder, "cpufreq"));
        Directory.CreateDirectory(Path.Combine(folder, "cpu12")); // switched off: it has no topology
        Assert.Equal(3, PhysicalCores.OfLinux(folder));
    }
}
