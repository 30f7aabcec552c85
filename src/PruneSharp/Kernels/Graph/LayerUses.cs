namespace PruneSharp.Kernels;

/// <summary>Who makes and who reads each value of a graph.</summary>
internal sealed class LayerUses
{
    private static readonly List<int> None = [];
    private readonly Dictionary<string, int> _makers = [];
    private readonly Dictionary<string, List<int>> _readers = [];
    private readonly HashSet<string> _outputs;

    /// <summary>Indexes a list of nodes.</summary>
    public LayerUses(IReadOnlyList<LayerNode> nodes, IEnumerable<string> outputs)
    {
        _outputs = [.. outputs];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs.Where(output => output.Length > 0)) _makers[output] = i;
            foreach (string input in nodes[i].Inputs.Where(input => input.Length > 0).Distinct())
            {
                if (!_readers.TryGetValue(input, out List<int>? list)) _readers[input] = list = [];
                list.Add(i);
            }
        }
    }

    /// <summary>The node that makes a value; -1 where it comes from outside.</summary>
    public int Maker(string value) => _makers.GetValueOrDefault(value, -1);

    /// <summary>The nodes that read a value, ascending.</summary>
    public IReadOnlyList<int> Readers(string value) => _readers.GetValueOrDefault(value, None);

    /// <summary>Whether a value is read outside the graph.</summary>
    public bool IsOutput(string value) => _outputs.Contains(value);

    /// <summary>The only node that reads a value; -1 where there is none, several, or a reader outside.</summary>
    public int OnlyReader(string value) => !IsOutput(value) && Readers(value) is [int one] ? one : -1;
}
