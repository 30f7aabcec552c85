using System.Globalization;

namespace PruneSharp;

/// <summary>
/// Gives the tensors in nested dictionaries, lists and tuples their names: keys and positions from the outside in, joined by dots. Work and
/// memory stay in proportion to the pickle, however often its values refer to each other.
/// </summary>
internal sealed class StateTree
{
    private const int MostDepth = 64;

    // What visited values and the characters of keys and names may add up to for each byte of the pickle.
    private const int BudgetPerByte = 16;

    private readonly PickleInput _input;
    private readonly List<string?> _path = [];
    private readonly List<PyTorchTensor> _tensors = [];
    private readonly HashSet<string> _names = [];
    private long _budget;

    private StateTree(PickleInput input)
    {
        _input = input;
        _budget = (long)BudgetPerByte * input.Length;
    }

    /// <summary>The tensors in the order of the file.</summary>
    /// <exception cref="InvalidModelException">
    /// The root is no dictionary, names are not unique, or values are nested too deep, hold themselves or multiply without end.
    /// </exception>
    public static List<PyTorchTensor> Tensors(object? root, PickleInput input)
    {
        if (root is not PickleDict dict)
            throw input.Wrong($"the file holds {Kind(root)}; expected a dictionary. Save model.state_dict()");
        var tree = new StateTree(input);
        tree.Visit(dict);
        return tree._tensors;
    }

    private void Visit(object? value)
    {
        Spend(1);
        if (_path.Count > MostDepth)
            throw _input.Wrong($"values are nested more than {MostDepth} deep, or hold themselves");
        switch (value)
        {
            case TensorView view: Add(view); break;
            case PickleDict dict: VisitItems(dict); break;
            case IReadOnlyList<object?> list: VisitItems(list); break;
        }
    }

    private void VisitItems(PickleDict dict)
    {
        var keys = new HashSet<string>();
        foreach (var (key, value) in dict)
        {
            string? segment = key switch { string text => text, long number => number.ToString(CultureInfo.InvariantCulture), _ => null };
            Spend(segment?.Length ?? 0);
            if (segment is not null && !keys.Add(segment))
                throw _input.Wrong($"a dictionary has the key {Shown.Text(segment)} twice");
            VisitItem(segment, value);
        }
    }

    private void VisitItems(IReadOnlyList<object?> list)
    {
        for (int i = 0; i < list.Count; i++)
            VisitItem(i.ToString(CultureInfo.InvariantCulture), list[i]);
    }

    private void VisitItem(string? segment, object? value)
    {
        _path.Add(segment);
        Visit(value);
        _path.RemoveAt(_path.Count - 1);
    }

    private void Add(TensorView view)
    {
        if (_path.Contains(null))
            throw _input.Wrong("a tensor lies under a key that is neither text nor a whole number, so it has no name");
        Spend(_path.Sum(s => (long)s!.Length + 1));
        string name = string.Join('.', _path);
        if (!_names.Add(name))
            throw _input.Wrong($"two tensors have the name {Shown.Text(name)}");
        _tensors.Add(new(name, view));
    }

    private void Spend(long cost)
    {
        _budget -= cost;
        if (_budget < 0)
            throw _input.Wrong("values refer to each other so often that they multiply beyond all measure");
    }

    private static string Kind(object? value) => value switch
    {
        TensorView => "one tensor",
        PickleList or object?[] => "a list",
        _ => "no dictionary",
    };
}
