using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Claims every convolution of <see cref="SparseModels"/> with the Relu behind it, so that tests of what surrounds the engine do not depend on its decisions.</summary>
internal static class NaiveEngine
{
    /// <summary>The engine.</summary>
    public static RegionEngine Instance { get; } = With((region, _) => new NaiveConvolution(region).Run, null);

    /// <summary>The same with another program.</summary>
    /// <param name="program">Makes the program of a region.</param>
    /// <param name="owned">What is disposed with each.</param>
    public static RegionEngine With(Func<LayerGraph, AccelerateOptions, OrtApi.RegionCall> program, IDisposable? owned) =>
        new((graph, _, _) => Find(graph), (region, options) => new(program(region, options), owned, 2));

    private static RegionPlan Find(LayerGraph graph)
    {
        var regions = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        var layers = ImmutableArray.CreateBuilder<LayerDecision>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (node.Operator != "Conv" || !graph.Constants.ContainsKey(node.Input(1)))
                continue;
            int[] readers = [.. Enumerable.Range(0, graph.Nodes.Length).Where(j => graph.Nodes[j].Inputs.Contains(node.Outputs[0]))];
            bool relu = readers is [int only] && graph.Nodes[only].Operator == "Relu" && !graph.Outputs.Contains(node.Outputs[0]);
            regions.Add(relu ? [i, readers[0]] : [i]);
            layers.Add(new(node.Name, node.Operator, 0, true, "naive", "It is a convolution."));
        }

        return new(regions.ToImmutable(), layers.ToImmutable());
    }
}
