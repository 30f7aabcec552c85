using System.Text;
using PruneSharp.Onnx;

namespace PruneSharp.Cli;

/// <summary>Plans on disk.</summary>
internal static class PlanFile
{
    private const long LargestPlan = 64 << 20;

    public static Plan Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException($"{path} does not exist.", path);
        if (file.Length is 0 or > LargestPlan)
            throw new InvalidPlanException([$"{path} has {file.Length} bytes, which is no plan."]);
        return PlanJson.Read(File.ReadAllText(path));
    }

    public static void Write(string path, Plan plan, bool force)
    {
        using var file = OutputFile.Create(path, force);
        file.Stream.Write(Encoding.UTF8.GetBytes(PlanJson.Write(plan) + "\n"));
        file.Commit();
    }
}
