namespace PruneSharp.Onnx;

/// <summary>By slot, the value that every element with this index has for every input of the model; NaN where they vary or nothing is known.</summary>
internal sealed class SlotConstants
{
    private readonly SlotTable _slots;
    private readonly double[] _values;
    private readonly Dictionary<int, double> _scalars = [];
    private readonly HashSet<int> _tensors = [];

    /// <summary>Knows nothing yet.</summary>
    public SlotConstants(SlotTable slots)
    {
        _slots = slots;
        _values = new double[slots.Count];
        Array.Fill(_values, double.NaN);
    }

    /// <summary>The value of an index; NaN where there is no single one.</summary>
    public double this[GraphTensor tensor, int axis, int index]
    {
        get => _values[_slots.First(tensor, axis) + index];
        set
        {
            if (!double.IsFinite(value))
                return;
            _values[_slots.First(tensor, axis) + index] = value;
            _tensors.Add(tensor.Number);
        }
    }

    /// <summary>Whether some index of a tensor has one value.</summary>
    public bool Any(GraphTensor tensor) => _tensors.Contains(tensor.Number);

    /// <summary>Sets the value of a tensor without axes.</summary>
    public void SetScalar(GraphTensor tensor, double value) => _scalars[tensor.Number] = value;

    /// <summary>The one value of all elements of a tensor; NaN where they vary.</summary>
    public double Uniform(GraphTensor tensor)
    {
        if (tensor.Rank == 0)
            return _scalars.GetValueOrDefault(tensor.Number, double.NaN);
        for (int axis = 0; axis < tensor.Rank; axis++)
            if (tensor.Dims![axis] == 1)
                return this[tensor, axis, 0];
        return double.NaN;
    }

    /// <summary>What an operand that is broadcast to a shape has at an index of the result.</summary>
    public double Operand(GraphTensor operand, GraphTensor result, int axis, int index)
    {
        int own = axis - (result.Rank - operand.Rank);
        return own >= 0 && operand.Dims![own] == result.Dims![axis] ? this[operand, own, index] : Uniform(operand);
    }
}
