using System.Globalization;

namespace PruneSharp.Kernels;

/// <summary>Judges a region without timing it, by the entries that its layers keep.</summary>
internal static class RegionEstimate
{
    // What a weight costs in ONNX Runtime's dense kernels in the unit of RowPattern.EntryCost, at about 80 % of the peak.
    private const double DenseCost = 0.62;

    // Packing, halos and the ends of rows take about a third of a region's time.
    private const double Overhead = 1.4;

    /// <summary>The verdict.</summary>
    public static RegionVerdict Of(GraphRoles roles, List<int> region)
    {
        double dense = 0;
        double sparse = 0;
        foreach (int index in region.Where(index => roles.Roles[index].Weights is not null))
        {
            LayerNode node = roles.Nodes[index].Node;
            double positions = Positions(roles.Graph, node);
            RowPattern pattern = LayerReader.Read(node, roles.Graph).Pattern;
            dense += positions * roles.Graph.Constants[node.Inputs[1]].Values.Length * DenseCost;
            sparse += positions * pattern.EntryCount * RowPattern.EntryCost(pattern.Block) * Overhead;
        }

        string ratio = sparse == 0 ? "many times" : (dense / sparse).ToString("0.00", CultureInfo.InvariantCulture) + "x";
        return new RegionVerdict(sparse < dense, 0, $"in a region estimated {ratio} as fast as dense");
    }

    // Where the size is not known, every layer counts alike.
    private static double Positions(LayerGraph graph, LayerNode node) =>
        graph.Shapes.TryGetValue(node.Outputs[0], out var shape) && shape is [_, _, > 0, > 0] ? shape[2] * shape[3] : 1;
}
