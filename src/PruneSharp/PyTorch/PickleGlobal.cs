namespace PruneSharp;

/// <summary>One of the few Python names that a state_dict needs. They are known by name only: nothing is looked up or run.</summary>
/// <param name="Name">Module and name.</param>
/// <param name="Storage">The element type where it is a storage class.</param>
internal sealed record PickleGlobal(string Name, PyTorchType? Storage = null)
{
    public static PickleGlobal OrderedDict { get; } = new("collections.OrderedDict");

    public static PickleGlobal Tensor { get; } = new("torch._utils._rebuild_tensor_v2");

    public static PickleGlobal Parameter { get; } = new("torch._utils._rebuild_parameter");

    private static readonly Dictionary<string, PickleGlobal> _known = PyTorchType.All
        .Select(t => new PickleGlobal("torch." + t.Storage, t)).Append(OrderedDict).Append(Tensor).Append(Parameter)
        .ToDictionary(g => g.Name);

    /// <summary>The global of a name; null where it is none of the few.</summary>
    public static PickleGlobal? Find(string name) => _known.GetValueOrDefault(name);
}
