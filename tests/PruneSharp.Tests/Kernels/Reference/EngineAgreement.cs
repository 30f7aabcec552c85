using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs a graph through the engine in all ways and compares with the reference.</summary>
internal static class EngineAgreement
{
    private const double MostError = 1e-5;

    /// <summary>Fails on a difference of the program of this machine, or of plans for any width of vectors and several counts of threads.</summary>
    public static void Check(LayerGraph graph, params Tensor[] inputs) => Assert.Null(Difference(graph, inputs));

    /// <summary>Fails on a difference of the program or of one plan: enough where many cases are tried.</summary>
    public static void CheckOne(LayerGraph graph, int seed, params Tensor[] inputs) => Assert.Null(DifferenceOfOne(graph, seed, inputs));

    /// <summary>Fails where results are not those expected.</summary>
    public static void Same(Tensor[] expected, Tensor[] actual, string where) => Assert.Null(Difference(expected, actual, where));

    /// <summary>The first difference of the program of this machine, and of plans for every width of vectors and several counts of threads; null for none.</summary>
    public static string? Difference(LayerGraph graph, params Tensor[] inputs)
    {
        Tensor[] expected = ReferenceGraph.Run(graph, inputs);
        string? found = ProgramDifference(graph, expected, inputs);
        foreach (int lanes in (int[])[4, 8, 16])
        {
            foreach (int threads in (int[])[1, 2, 5])
                found ??= Difference(expected, PoisonedPlan.Run(graph, lanes, new ShuffledRunner(threads, lanes), inputs), $"{lanes} lanes, {threads} threads, {Text(graph, inputs)}");
        }

        return found;
    }

    /// <summary>The first difference of the program and of one plan; null for none.</summary>
    public static string? DifferenceOfOne(LayerGraph graph, int seed, params Tensor[] inputs)
    {
        Tensor[] expected = ReferenceGraph.Run(graph, inputs);
        (int lanes, int threads) = (4 << (seed % 3), (int[])[1, 2, 5] is { } counts ? counts[seed / 3 % 3] : 0);
        return ProgramDifference(graph, expected, inputs)
            ?? Difference(expected, PoisonedPlan.Run(graph, lanes, new ShuffledRunner(threads, seed), inputs), $"{lanes} lanes, {threads} threads, {Text(graph, inputs)}");
    }

    /// <summary>The first number that is off by more than 1e-5 of the largest expected value, at least of 1; NaN and infinities must be the same.</summary>
    public static string? Difference(Tensor[] expected, Tensor[] actual, string where)
    {
        if (expected.Length != actual.Length) return $"expected {expected.Length} outputs, got {actual.Length}; {where}";
        for (int output = 0; output < expected.Length; output++)
        {
            string shape = $"[{string.Join(", ", expected[output].Shape)}]";
            if (!expected[output].Shape.SequenceEqual(actual[output].Shape)) return $"output {output}: expected {shape}, got [{string.Join(", ", actual[output].Shape)}]; {where}";
            double[] wanted = expected[output].Values, found = actual[output].Values;
            double most = MostError * Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            for (int i = 0; i < wanted.Length; i++)
            {
                bool same = double.IsFinite(wanted[i]) ? Math.Abs(wanted[i] - found[i]) <= most : wanted[i].Equals(found[i]);
                if (!same) return $"output {output} {shape} at {i}: expected {wanted[i]}, got {found[i]}; {where}";
            }
        }

        return null;
    }

    private static string? ProgramDifference(LayerGraph graph, Tensor[] expected, Tensor[] inputs)
    {
        using SparseProgram program = new(graph, new AccelerateOptions());
        string? found = null;
        foreach (var (atEnd, runner) in ((bool, IParallelRunner)[])[(true, SerialRunner.Instance), (false, new ThreadedRunner(2))])
        {
            using GuardedTensors tensors = new(atEnd, inputs);
            program.Run(tensors, runner);
            found ??= Difference(expected, tensors.Outputs(), $"program, {runner.GetType().Name}, {Text(graph, inputs)}");
        }

        return found;
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
