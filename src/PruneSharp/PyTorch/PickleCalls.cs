namespace PruneSharp;

/// <summary>What the calls of a state_dict's pickle stand for. Every argument is checked against the file before it is believed.</summary>
/// <param name="input">Where the pickle is being read.</param>
/// <param name="storages">The records of storages by their keys.</param>
internal sealed class PickleCalls(PickleInput input, IReadOnlyDictionary<string, ZipRecord> storages)
{
    private const int MostDimensions = 64, MostKeyLength = 256;

    /// <summary>A Python name.</summary>
    /// <exception cref="InvalidModelException">It is none that tensors need.</exception>
    public PickleGlobal Global(string module, string name) => PickleGlobal.Find($"{module}.{name}")
        ?? throw input.Wrong($"the file wants to call {Shown.Text($"{module}.{name}")}; only tensors are read. "
            + "Save model.state_dict(), of tensors and plain values, with torch.save");

    /// <summary>What a call returns.</summary>
    public object Call(object? callable, object? arguments)
    {
        if (callable is not PickleGlobal { Storage: null } global || arguments is not object?[] given)
            throw input.Wrong("the pickle calls what is no function");
        if (global == PickleGlobal.OrderedDict && given.Length == 0)
            return new PickleDict(ordered: true);
        if (global == PickleGlobal.Parameter && given is [TensorView data, _, _])
            return data;
        if (global == PickleGlobal.Tensor && given is [TensorStorage storage, long offset, object?[] shape, object?[] strides, bool, _, .. var more])
        {
            return more is [] or [null] or [PickleDict { Count: 0 }]
                ? View(storage, offset, Numbers(shape, "shape"), Numbers(strides, "stride"))
                : throw input.Wrong("a tensor has conjugate or negative bits, which are not read. Call resolve_conj() and resolve_neg() before saving");
        }

        throw input.Wrong($"{global.Name} is called with {given.Length} arguments that do not fit it");
    }

    /// <summary>The storage of a persistent id: ("storage", class, key, device, elements).</summary>
    public TensorStorage Storage(object? id)
    {
        if ((id as object?[]) is not ["storage", PickleGlobal { Storage: { } type }, string key, string, long length])
            throw input.Wrong("a reference outside the pickle is no storage of tensors");
        string name = $"data/{Shown.Text(key)}";
        if (key.Length > MostKeyLength || !storages.TryGetValue(key, out var found))
            return length == 0 ? new(type, new(name, 0, 0, 0), 0) : throw input.Wrong($"{name} is not in the file");
        return length >= 0 && found.Bytes % type.Bytes == 0 && found.Bytes / type.Bytes == length
            ? new(type, found, length)
            : throw input.Wrong($"{name} should hold {length} elements of {type}, but has {found.Bytes} bytes");
    }

    private TensorView View(TensorStorage storage, long offset, long[] shape, long[] strides)
    {
        string What() => $"a tensor of shape [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset}";
        if (shape.Length != strides.Length)
            throw input.Wrong($"{What()} needs one stride for each dimension");
        try
        {
            // Room for the shape, with dimensions of 0 taken as 1: libraries multiply so, and must not overflow.
            long room = storage.Type.Bytes, length = 1, last = offset;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                room = checked(room * Math.Max(1, shape[axis]));
                length *= shape[axis];
            }

            for (int axis = 0; axis < shape.Length && length > 0; axis++)
                last = checked(last + (shape[axis] - 1) * strides[axis]);
            if (offset < 0 || (length > 0 && last >= storage.Length))
                throw input.Wrong($"{What()} lies outside its storage of {storage.Length} elements");
            return new(storage, offset, shape, strides, length);
        }
        catch (OverflowException)
        {
            throw input.Wrong($"{What()} is larger than any file");
        }
    }

    private long[] Numbers(object?[] values, string what)
    {
        if (values.Length > MostDimensions || values.Any(v => v is not (long and >= 0)))
            throw input.Wrong($"a tensor's {what} is no tuple of at most {MostDimensions} whole numbers from 0 up");
        return [.. values.Cast<long>()];
    }
}
