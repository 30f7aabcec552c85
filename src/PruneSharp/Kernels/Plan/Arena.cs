namespace PruneSharp.Kernels;

/// <summary>Gives every plane a place in one piece of memory, so that planes which are not in use at the same time share it.</summary>
internal static class Arena
{
    private const int LineFloats = 16;

    /// <summary>Places the planes of some steps.</summary>
    /// <returns>Floats that are needed in all.</returns>
    public static long Place(IReadOnlyList<RegionStep> steps)
    {
        HashSet<Plane> planes = [];
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (Plane plane in steps[i].Planes.Where(plane => plane.Place == PlanePlace.Arena))
            {
                plane.FirstStep = Math.Min(plane.FirstStep, i);
                plane.LastStep = i;
                planes.Add(plane);
            }
        }

        long total = 0;
        List<Plane> placed = [];
        foreach (Plane plane in planes.OrderBy(plane => plane.FirstStep))
        {
            long size = Size(plane);
            long at = 0;
            foreach (Plane other in placed.Where(other => other.LastStep >= plane.FirstStep && other.FirstStep <= plane.LastStep).OrderBy(other => other.ArenaOffset))
            {
                if (at + size <= other.ArenaOffset) break;
                at = Math.Max(at, other.ArenaOffset + Size(other));
            }

            plane.ArenaOffset = at;
            placed.Add(plane);
            total = Math.Max(total, at + size);
        }

        return total;
    }

    private static long Size(Plane plane) => (plane.FloatCount + LineFloats - 1) / LineFloats * LineFloats;
}
