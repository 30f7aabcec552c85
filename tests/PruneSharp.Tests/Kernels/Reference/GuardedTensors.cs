using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Inputs and outputs of a program in guarded memory. Outputs hold a number of their own until they are written.</summary>
internal sealed unsafe class GuardedTensors : IRegionTensors, IDisposable
{
    public const float Unwritten = 1.2345e30f;
    private readonly List<(GuardedFloats Memory, long[] Shape)> inputs = [];
    private readonly SortedDictionary<int, (GuardedFloats Memory, long[] Shape)> outputs = [];
    private readonly bool atEnd;

    public GuardedTensors(bool atEnd, params Tensor[] inputs)
    {
        this.atEnd = atEnd;
        foreach (Tensor input in inputs)
        {
            GuardedFloats memory = new(input.Values.Length, atEnd);
            input.Floats().CopyTo(memory.Span);
            this.inputs.Add((memory, input.Shape));
        }
    }

    public RegionTensor Input(int index) => new(inputs[index].Memory.Data, inputs[index].Shape);

    public float* Output(int index, ReadOnlySpan<long> shape)
    {
        GuardedFloats memory = new(Tensor.Count(shape.ToArray()), atEnd);
        memory.Span.Fill(Unwritten);
        outputs.Add(index, (memory, shape.ToArray()));
        return memory.Count == 0 ? null : memory.Data;
    }

    /// <summary>What was made.</summary>
    public Tensor[] Outputs() => [.. outputs.Values.Select(output => new Tensor(output.Shape, [.. output.Memory.Span.ToArray().Select(value => (double)value)]))];

    public void Dispose()
    {
        foreach (var (memory, _) in inputs.Concat(outputs.Values)) memory.Dispose();
    }
}
