using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs the steps of a plan on guarded memory that holds NaN wherever no plane is in use: what a step reads must have been written.</summary>
internal static unsafe class PoisonedPlan
{
    public static Tensor[] Run(LayerGraph graph, int lanes, IParallelRunner runner, params Tensor[] inputs)
    {
        RegionModel model = RegionModelBuilder.Build(graph);
        PlaneShape[] shapes = new PlaneShape[inputs.Length];
        long count = 0;
        for (int i = 0; i < inputs.Length; i++) count = RegionExtent.Read(model.IsMatrix, inputs[i].Shape, out shapes[i]);
        if (model.IsMatrix) shapes = [.. shapes.Select(shape => shape with { Width = (int)count })];
        long batch = model.IsMatrix ? Math.Min(1, count) : count;
        Dictionary<string, PlaneShape> all = RegionShapes.Of(model, shapes);
        PlaneShape[] made = [.. model.Outputs.Select(output => all[output])];
        using GuardedTensors tensors = new(atEnd: true, inputs);
        float** to = stackalloc float*[made.Length];
        for (int i = 0; i < made.Length; i++) to[i] = tensors.Output(i, RegionExtent.Output(model.IsMatrix, inputs[0].Shape, made[i]));
        if (batch == 0 || Array.TrueForAll(made, shape => shape.Count == 0)) return tensors.Outputs();
        using RegionProgramPlan plan = new PlanBuilder(model, shapes, runner.ThreadCount, lanes).Build();
        Plane[] planes = [.. plan.Steps.SelectMany(step => step.Planes).Where(plane => plane.Place == PlanePlace.Arena).Distinct()];
        long floats = planes.Select(plane => plane.ArenaOffset + Rounded(plane)).DefaultIfEmpty(0).Max();
        using GuardedFloats arena = new(floats, atEnd: true);
        float** from = stackalloc float*[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) from[i] = tensors.Input(i).Data;
        for (long image = 0; image < batch; image++)
        {
            RegionRun run = new(arena.Data, from, to);
            for (int i = 0; i < plan.Steps.Count; i++)
            {
                Poison(arena, planes.Where(plane => plane.FirstStep < i && plane.LastStep >= i));
                if (plan.Steps[i].PieceCount == 1) plan.Steps[i].Run(run, 0);
                else runner.For(plan.Steps[i].PieceCount, new StepTask(plan.Steps[i], run));
            }

            for (int i = 0; i < inputs.Length; i++) from[i] += shapes[i].Count;
            for (int i = 0; i < made.Length; i++) to[i] += made[i].Count;
        }

        return tensors.Outputs();
    }

    private static void Poison(GuardedFloats arena, IEnumerable<Plane> used)
    {
        int at = 0;
        foreach (Plane plane in used.OrderBy(plane => plane.ArenaOffset))
        {
            arena.Span[at..(int)plane.ArenaOffset].Fill(float.NaN);
            at = (int)(plane.ArenaOffset + plane.FloatCount);
        }

        arena.Span[at..].Fill(float.NaN);
    }

    private static long Rounded(Plane plane) => (plane.FloatCount + 15) / 16 * 16;
}
