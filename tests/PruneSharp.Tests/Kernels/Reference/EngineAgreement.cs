using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs a graph through the engine in all ways and compares with the reference.</summary>
internal static class EngineAgreement
{
    private const double MostError = 1e-5;

    /// <summary>Checks the program of this machine, and plans for every width of vectors and several counts of threads.</summary>
    public static void Check(LayerGraph graph, params Tensor[] inputs)
    {
        Tensor[] expected = ReferenceGraph.Run(graph, inputs);
        CheckProgram(graph, expected, inputs);
        foreach (int lanes in (int[])[4, 8, 16])
        {
            foreach (int threads in (int[])[1, 2, 5])
                Same(expected, PoisonedPlan.Run(graph, lanes, new ShuffledRunner(threads, lanes), inputs), $"{lanes} lanes, {threads} threads, {Text(graph, inputs)}");
        }
    }

    /// <summary>Checks only the program, and one plan: enough where many cases are tried.</summary>
    public static void CheckOne(LayerGraph graph, int seed, params Tensor[] inputs)
    {
        Tensor[] expected = ReferenceGraph.Run(graph, inputs);
        CheckProgram(graph, expected, inputs);
        (int lanes, int threads) = (4 << (seed % 3), (int[])[1, 2, 5] is { } counts ? counts[seed / 3 % 3] : 0);
        Same(expected, PoisonedPlan.Run(graph, lanes, new ShuffledRunner(threads, seed), inputs), $"{lanes} lanes, {threads} threads, {Text(graph, inputs)}");
    }

    /// <summary>Compares with 1e-5 of the largest expected value, at least of 1; NaN and infinities must be the same.</summary>
    public static void Same(Tensor[] expected, Tensor[] actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int output = 0; output < expected.Length; output++)
        {
            Assert.Equal(expected[output].Shape, actual[output].Shape);
            double[] wanted = expected[output].Values, found = actual[output].Values;
            double most = MostError * Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            for (int i = 0; i < wanted.Length; i++)
            {
                bool same = double.IsFinite(wanted[i]) ? Math.Abs(wanted[i] - found[i]) <= most : wanted[i].Equals(found[i]);
                Assert.True(same, $"output {output} [{string.Join(", ", expected[output].Shape)}] at {i}: expected {wanted[i]}, got {found[i]}; {where}");
            }
        }
    }

    private static void CheckProgram(LayerGraph graph, Tensor[] expected, Tensor[] inputs)
    {
        using SparseProgram program = new(graph, new AccelerateOptions());
        foreach (var (atEnd, runner) in ((bool, IParallelRunner)[])[(true, SerialRunner.Instance), (false, new ThreadedRunner(2))])
        {
            using GuardedTensors tensors = new(atEnd, inputs);
            program.Run(tensors, runner);
            Same(expected, tensors.Outputs(), $"program, {runner.GetType().Name}, {Text(graph, inputs)}");
        }
    }

    private static string Text(LayerGraph graph, Tensor[] inputs)
    {
        IEnumerable<string> nodes = graph.Nodes.Select(node =>
        {
            string attributes = string.Join(' ', node.Attributes.Select(a => $"{a.Key}={string.Join(',', a.Value.Integers)}{string.Join(',', a.Value.Floats)}"));
            return $"{node.Outputs[0]} = {node.Operator}({string.Join(", ", node.Inputs.Select(input => graph.Constants.TryGetValue(input, out LayerConstant? k) ? $"[{string.Join('x', k.Shape)}]" : input))}) {attributes}";
        });
        return string.Join("; ", [.. inputs.Select((input, i) => $"{graph.Inputs[i]} [{string.Join(", ", input.Shape)}]"), .. nodes, $"outputs {string.Join(", ", graph.Outputs)}"]);
    }
}
