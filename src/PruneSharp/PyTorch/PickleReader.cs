namespace PruneSharp;

/// <summary>
/// Reads the part of Python's pickle language (protocol 2) that a state_dict needs: numbers, text, tuples, lists, dictionaries, and the
/// calls that build tensors. Every other call is refused by its name, and no call runs code: tensors become descriptions of where their
/// values lie. (Python's Lib/pickletools.py describes the language.)
/// </summary>
internal sealed class PickleReader
{
    private const int Protocol = 2;

    private readonly PickleInput _input;
    private readonly PickleCalls _calls;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    private PickleReader(PickleInput input, PickleCalls calls)
    {
        _input = input;
        _calls = calls;
    }

    /// <summary>The value that a pickle stands for.</summary>
    /// <exception cref="InvalidModelException">The pickle is damaged, or holds anything but tensors and plain values.</exception>
    public static object? Read(PickleInput input, PickleCalls calls)
    {
        var reader = new PickleReader(input, calls);
        if (input.Byte() != 0x80)
            throw input.Wrong("the pickle does not start with its protocol");
        if (input.Byte() is not Protocol and var protocol)
            throw input.Wrong($"the pickle has protocol {protocol}; expected {Protocol}. Save it with torch.save's default pickle_protocol");
        while (input.Byte() is not (byte)'.' and var code)
            reader.Run(code);
        return reader.Pop();
    }

    private void Run(byte code)
    {
        switch (code)
        {
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)_input.Byte()); break;
            case (byte)'M': Push((long)_input.UInt16()); break;
            case (byte)'J': Push((long)_input.Int32()); break;
            case 0x8a: Push(_input.Integer()); break;
            case (byte)'G': Push(_input.Float()); break;
            case (byte)'X': Push(_input.Text()); break;
            case (byte)'(': _marks.Add(_stack.Count); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case 0x85: Push(PopLast(1)); break;
            case 0x86: Push(PopLast(2)); break;
            case 0x87: Push(PopLast(3)); break;
            case (byte)']': Push(new PickleList()); break;
            case (byte)'a': Append(PopLast(1)); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'}': Push(new PickleDict(ordered: false)); break;
            case (byte)'s': Set(PopLast(2)); break;
            case (byte)'u': Set(PopToMark()); break;
            case (byte)'q': _memo[_input.Byte()] = Top(); break;
            case (byte)'r': _memo[_input.UInt32()] = Top(); break;
            case (byte)'h': Push(Remembered(_input.Byte())); break;
            case (byte)'j': Push(Remembered(_input.UInt32())); break;
            case (byte)'c': Push(_calls.Global(_input.Line(), _input.Line())); break;
            case (byte)'Q': Push(_calls.Storage(Pop())); break;
            case (byte)'R': Call(); break;
            case (byte)'b': Build(); break;
            default: throw _input.Wrong($"the pickle uses instruction 0x{code:x2}, which no state_dict needs; only tensors are read");
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => PopLast(1)[0];

    // What lies under the last mark is out of reach until the mark is taken.
    private object?[] PopLast(int count)
    {
        int floor = _marks.Count > 0 ? _marks[^1] : 0;
        if (_stack.Count - count < floor)
            throw _input.Wrong("the pickle takes a value that is not there");
        var values = _stack[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw _input.Wrong("the pickle takes the values after a mark that is not there");
        int mark = _marks[^1];
        var values = PopLast(_stack.Count - mark);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private object? Top() =>
        _stack.Count > (_marks.Count > 0 ? _marks[^1] : 0) ? _stack[^1] : throw _input.Wrong("the pickle remembers a value that is not there");

    private object? Remembered(uint key) =>
        _memo.TryGetValue(key, out object? value) ? value : throw _input.Wrong($"the pickle recalls value {key}, which it has not remembered");

    private void Append(object?[] values)
    {
        if (Top() is not PickleList list)
            throw _input.Wrong("the pickle appends to what is no list");
        list.AddRange(values);
    }

    private void Set(object?[] values)
    {
        if (Top() is not PickleDict dict || values.Length % 2 != 0)
            throw _input.Wrong("the pickle sets items of what is no dictionary, or a key without a value");
        for (int i = 0; i < values.Length; i += 2)
            dict.Add((values[i], values[i + 1]));
    }

    private void Call()
    {
        var call = PopLast(2);
        Push(_calls.Call(call[0], call[1]));
    }

    // An OrderedDict's attributes, which are the _metadata of a state_dict: versions of its modules, and no tensors.
    private void Build()
    {
        Pop();
        if (Top() is not PickleDict { IsOrdered: true })
            throw _input.Wrong("the pickle sets attributes of what is no OrderedDict; only tensors are read");
    }
}
