using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>What operator rules may change when slots go: attributes, constant inputs, and sizes that the model computes.</summary>
internal sealed class Rewriting(Cut cut, ModelEdits edits)
{
    private readonly ShapeValues _values = new(cut);
    private readonly HashSet<(GraphNode Node, int Input)> _required = [];

    /// <summary>Version of the standard operators.</summary>
    public long Opset => cut.Graph.Opset;

    /// <summary>Number of indices that stay.</summary>
    public int Size(GraphTensor tensor, int axis) => cut.Kept(tensor, axis).Count;

    /// <summary>Indices that stay, ascending.</summary>
    public List<int> Kept(GraphTensor tensor, int axis) => cut.Kept(tensor, axis);

    /// <summary>Whether some index goes.</summary>
    public bool Changed(GraphTensor tensor, int axis) => cut.Changes(tensor, axis);

    /// <summary>Dimensions in a sample, after the cut.</summary>
    public IReadOnlyList<long?> Dims(GraphTensor tensor, int sample) => [.. cut.Dims(tensor, sample).Select(dim => (long?)dim)];

    /// <summary>Integers in a sample before the cut; null where they are not known.</summary>
    public IReadOnlyList<long>? Before(GraphTensor tensor, int sample) => _values.Before(tensor, sample);

    /// <summary>Sets an integer attribute, where it changes.</summary>
    public void SetInt(GraphNode node, string name, long value)
    {
        if (node.Int(name, long.MinValue) != value && (node.Has(name) || Touched(node)))
            edits.Set(node.Proto, new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
    }

    /// <summary>Sets an attribute of integers, where it changes.</summary>
    public void SetInts(GraphNode node, string name, IReadOnlyList<long> values)
    {
        if (node.Ints(name)?.SequenceEqual(values) != true)
            edits.Set(node.Proto, new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } });
    }

    /// <summary>Takes an attribute away.</summary>
    public void Remove(GraphNode node, string name)
    {
        if (node.Has(name))
            edits.Of(node.Proto).Attributes[name] = null;
    }

    /// <summary>Gives an input constant integers.</summary>
    public void SetInput(GraphNode node, int input, IReadOnlyList<long> values, int dataType = (int)TensorProto.Types.DataType.Int64)
    {
        _required.Add((node, input));
        if (node.Input(input)?.IsConstant == true && node.Input(input)!.Integers is { } now && now.SequenceEqual(values))
            return;
        edits.Of(node.Proto).Inputs[input] = Constant($"{node.Name}_{(node.Input(input) is null ? "sizes" : "cut")}", values, dataType);
    }

    /// <summary>An input must have these integers in each sample; null where what the model computes by itself is right.</summary>
    /// <exception cref="ShapeConflictException">One of them depends on the input and would come out wrong.</exception>
    public void Require(GraphNode node, int input, Func<int, IReadOnlyList<long?>> required, Func<IReadOnlyList<long>, int, bool>? accepts = null)
    {
        _required.Add((node, input));
        if (node.Input(input) is not { } tensor)
            return;
        int samples = cut.Graph.Shapes.Samples.Count;
        IReadOnlyList<long?>[] wanted = [.. Enumerable.Range(0, samples).Select(required)];
        IReadOnlyList<long>?[] found = [.. Enumerable.Range(0, samples).Select(sample => _values.After(tensor, sample))];
        accepts ??= (values, sample) => values.Count == wanted[sample].Count && !values.Where((value, i) => wanted[sample][i] is { } want && want != value).Any();
        if (found.Select((values, sample) => values is null ? !Touched(node) && !_values.Changes(tensor, sample) : accepts(values, sample)).All(right => right))
            return;

        var values = new long[wanted[0].Count];
        var computed = new bool[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (wanted.All(w => w.Count == values.Length && w[i] is not null && w[i] == wanted[0][i]))
                values[i] = wanted[0][i]!.Value;
            else if (found.Select((f, sample) => f is not null && f.Count == values.Length && (wanted[sample][i] ?? f[i]) == f[i]).All(right => right))
                computed[i] = true;
            else
                throw Conflict(node, tensor, "a size that depends on the input would come out wrong");
        }

        Patch(node, input, tensor, values, computed);
    }

    /// <summary>The second input of a Reshape must lead to the new dimensions; 0 and -1 stay where they do.</summary>
    /// <exception cref="ShapeConflictException">More than one dimension depends on the input and would come out wrong.</exception>
    public void RequireReshape(GraphNode node)
    {
        GraphTensor x = node.Input(0)!, y = node.Output(0)!, shape = node.Input(1)!;
        _required.Add((node, 1));
        bool zeroCopies = node.Int("allowzero", 0) == 0;
        int samples = cut.Graph.Shapes.Samples.Count;
        bool Right(Func<int, IReadOnlyList<long>?> values) => Enumerable.Range(0, samples).All(sample =>
            values(sample) is { } given && Resolve(given, cut.Dims(x, sample), zeroCopies) is { } dims && dims.SequenceEqual(cut.Dims(y, sample)));
        if (Right(sample => _values.After(shape, sample)))
            return;
        if (Enumerable.Range(0, samples).All(sample => _values.After(shape, sample) is null && !_values.Changes(shape, sample)) && !cut.Changes(x) && !cut.Changes(y))
            return;

        // First what the file says with only the changed sizes set, then sizes that can be said without knowing them.
        if (shape.Integers is { } old && old.Count == y.Rank)
        {
            long[] kept = [.. old.Select((dim, axis) => dim > 0 ? cut.Dims(y, 0)[axis] : dim)];
            if (Right(_ => kept))
            {
                SetInput(node, 1, kept);
                return;
            }
        }

        var values = new long[y.Rank];
        for (int axis = 0; axis < y.Rank; axis++)
        {
            long[] dims = [.. Enumerable.Range(0, samples).Select(sample => cut.Dims(y, sample)[axis])];
            if (!y.Dynamic[axis] || dims.Distinct().Count() == 1)
                values[axis] = dims[0];
            else if (zeroCopies && axis < x.Rank && dims.Select((dim, sample) => cut.Dims(x, sample)[axis] == dim).All(same => same))
                values[axis] = 0;
            else
                values[axis] = -1;
        }

        if (values.Count(dim => dim == -1) <= 1 && Right(_ => values))
            SetInput(node, 1, values);
        else
            Require(node, 1, sample => Dims(y, sample));
    }

    /// <summary>
    /// Integers that follow from the number of channels and are used as numbers (a scale, positions) keep their old value, since the masked
    /// model has it.
    /// </summary>
    /// <exception cref="ShapeConflictException">Such a number depends on the input too.</exception>
    public void Freeze()
    {
        // What a sub-graph takes, or the model gives, has no input that could be replaced.
        foreach (var (tensor, node, _) in cut.Graph.Fixed)
            if (_values.Before(tensor, 0) is not null && Enumerable.Range(0, cut.Graph.Shapes.Samples.Count).Any(sample => _values.Changes(tensor, sample)))
                throw Conflict(node ?? tensor.Producer!, tensor, "the model gives a number computed from the channel count");
        foreach (var tensor in cut.Graph.Nodes.SelectMany(n => n.Outputs).OfType<GraphTensor>())
        {
            if (_values.Before(tensor, 0) is null || !Enumerable.Range(0, cut.Graph.Shapes.Samples.Count).Any(sample => _values.Changes(tensor, sample)))
                continue;
            foreach (var (node, input) in tensor.Uses.Where(use => !_required.Contains((use.Node, use.Input)) && !Follows(use.Node)))
            {
                if (tensor.Integers is not { } before)
                    throw Conflict(node, tensor, "a number computed from the channel count depends on the input too");
                edits.Of(node.Proto).Inputs[input] = Constant($"{node.Name}_kept", before, IntegerType(tensor), tensor.Dims!);
            }
        }
    }

    // Whether what the node computes is followed further; the size of what it computes must be what the cut says.
    private bool Follows(GraphNode node) => node.Outputs.OfType<GraphTensor>().All(output =>
        _values.After(output, 0) is { } after && after.Count == cut.Dims(output, 0).Aggregate(1L, (product, dim) => product * dim));

    private void Patch(GraphNode node, int input, GraphTensor tensor, long[] values, bool[] computed)
    {
        if (!computed.Contains(true))
        {
            SetInput(node, input, values, IntegerType(tensor));
            return;
        }

        // Sizes that depend on the input stay computed; the others are put into their places.
        string constant = Constant($"{node.Name}_sizes", values, IntegerType(tensor)), mask = edits.Add($"{node.Name}_computed", name => new(
            new() { Name = name, DataType = (int)TensorProto.Types.DataType.Bool, Dims = { computed.Length } }, computed.Length, () => [[.. computed.Select(c => (byte)(c ? 1 : 0))]]));
        string merged = edits.Name($"{node.Name}_shape");
        var change = edits.Of(node.Proto);
        change.Before.Add(new() { OpType = "Where", Name = edits.Name($"{node.Name}_where"), Input = { mask, tensor.Name, constant }, Output = { merged } });
        change.Inputs[input] = merged;
    }

    private string Constant(string like, IReadOnlyList<long> values, int dataType, IReadOnlyList<int>? dims = null)
    {
        bool wide = dataType != (int)TensorProto.Types.DataType.Int32;
        byte[] bytes = wide ? MemoryMarshal.AsBytes<long>(values.ToArray()).ToArray() : MemoryMarshal.AsBytes<int>(values.Select(v => (int)v).ToArray()).ToArray();
        return edits.Add(like, name =>
        {
            var header = new TensorProto { Name = name, DataType = dataType };
            header.Dims.Add((dims ?? [values.Count]).Select(dim => (long)dim));
            return new(header, bytes.Length, () => [bytes]);
        });
    }

    private static int IntegerType(GraphTensor tensor) => tensor.Stored?.Proto.DataType
        ?? (tensor.Producer is { Op: "Cast" } cast ? (int)cast.Int("to", (int)TensorProto.Types.DataType.Int64) : (int)TensorProto.Types.DataType.Int64);

    private bool Touched(GraphNode node) => node.Tensors.Any(cut.Changes);

    private ShapeConflictException Conflict(GraphNode node, GraphTensor tensor, string reason) =>
        new(node, reason, [.. _values.Sources(tensor).Concat(node.Tensors.SelectMany(cut.RemovedRoots)).Distinct()]);

    private static long[]? Resolve(IReadOnlyList<long> shape, IReadOnlyList<long> input, bool zeroCopies)
    {
        long[] dims = [.. shape.Select((dim, axis) => dim == 0 && zeroCopies ? input.ElementAtOrDefault(axis) : dim)];
        long total = Dimensions.Count(input) ?? -1;
        int open = Array.IndexOf(dims, -1);
        if (open >= 0 && Array.LastIndexOf(dims, -1) == open && Dimensions.Count([.. dims.Where(dim => dim != -1)]) is > 0 and var known && total % known == 0)
            dims[open] = total / known;
        return Dimensions.Count(dims) == total ? dims : null;
    }
}
