namespace PruneSharp.Cli;

/// <summary>Plans on disk.</summary>
internal static class PlanFile
{
    public static Plan Read(string path) => PlanJson.Read(TextFile.Read(path, "plan"));

    public static void Write(string path, Plan plan, bool force) => TextFile.Write(path, PlanJson.Write(plan) + "\n", force);
}
