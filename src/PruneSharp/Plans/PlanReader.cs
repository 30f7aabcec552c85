using System.Text.Json;

namespace PruneSharp;

/// <summary>Reads one plan object and collects every problem on the way.</summary>
internal sealed class PlanReader(JsonElement root)
{
    private static readonly string[] Keys =
    [
        "schemaVersion", "criterion", "seed", "structure", "norm", "allocation", "minimumSparsity", "maximumSparsity", "layers", "amount",
        "schedule", "only", "skip", "embeddings", "minimumParameters",
    ];

    private readonly List<string> _problems = [];

    public Plan Read()
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidPlanException([$"A plan is a JSON object, got {root.ValueKind}."]);
        JsonKeys.Check(root, Keys, "", _problems);
        if (Get("schemaVersion") is { } version && (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number != PlanJson.SchemaVersion))
            _problems.Add($"schemaVersion is {version.GetRawText()}; this version reads {PlanJson.SchemaVersion}.");
        var schedule = Get("schedule") is { } given ? new ScheduleReader(given, _problems).Read() : null;
        var plan = new Plan
        {
            Criterion = ReadCriterion(),
            Structure = ReadStructure(),
            Allocation = ReadAllocation(),
            Amount = Get("amount") is { } amount ? ReadAmount("amount", amount) : null,
            Schedule = schedule,
            Targets = new()
            {
                Only = ReadNames("only"),
                Skip = ReadNames("skip"),
                Embeddings = ReadEmbeddings(),
                MinimumParameters = ReadWhole("minimumParameters"),
            },
        };

        // What is there but cannot be read has been reported already; an amount is not missing then.
        bool isReported = (Get("amount") is not null && plan.Amount is null) || (Get("schedule") is not null && schedule is null);
        _problems.AddRange(plan.Problems().Where(p => !isReported || !p.StartsWith("amount", StringComparison.Ordinal)));
        return _problems.Count == 0 ? plan : throw new InvalidPlanException(_problems);
    }

    private Criterion ReadCriterion()
    {
        string name = ReadWord("criterion", "l1", ["l1", "l2", "random"]);
        if (Get("seed") is not null && name != "random")
            _problems.Add($"seed has no meaning for criterion {name}; remove it.");
        ulong seed = 0;
        if (Get("seed") is { } given && (given.ValueKind != JsonValueKind.Number || !given.TryGetUInt64(out seed)))
            _problems.Add($"seed is {given.GetRawText()}; it must be a whole number from 0 to 2^64 - 1.");
        return name switch
        {
            "l2" => Criterion.L2,
            "random" => Criterion.Random(seed),
            _ => Criterion.L1,
        };
    }

    private Structure ReadStructure()
    {
        double norm = 1;
        if (Get("norm") is { } given)
        {
            if (given.ValueKind == JsonValueKind.Number)
                norm = given.GetDouble();
            else if (given.ValueKind == JsonValueKind.String && given.GetString() is "inf" or "-inf")
                norm = given.GetString() == "inf" ? double.PositiveInfinity : double.NegativeInfinity;
            else
                _problems.Add($"norm is {given.GetRawText()}; it must be a number, \"inf\" or \"-inf\".");
        }

        string text = Get("structure") is { } structure ? ReadString("structure", structure) ?? "unstructured" : "unstructured";
        try
        {
            var read = StructureText.Parse(text, norm);
            if (Get("norm") is not null && read is not ChannelStructure)
                _problems.Add($"norm has no meaning for structure {text}; remove it.");
            return read;
        }
        catch (FormatException error)
        {
            _problems.Add($"structure: {error.Message}");
            return Structure.Unstructured;
        }
    }

    private Allocation ReadAllocation()
    {
        string name = ReadWord("allocation", "global", ["local", "global", "lamp", "erk", "per-layer"]);
        if (Get("layers") is not null != (name == "per-layer"))
            _problems.Add("layers and allocation per-layer belong together; give both or neither.");
        if (name == "per-layer")
        {
            foreach (string limit in new[] { "minimumSparsity", "maximumSparsity" })
                if (Get(limit) is not null)
                    _problems.Add($"{limit} has no meaning for allocation per-layer; remove it.");
            return Allocation.PerLayer(ReadLayers());
        }

        var allocation = name switch
        {
            "local" => Allocation.Local,
            "lamp" => Allocation.Lamp,
            "erk" => Allocation.Erk,
            _ => Allocation.Global,
        };
        return allocation with { MinimumSparsity = ReadFraction("minimumSparsity", 0), MaximumSparsity = ReadFraction("maximumSparsity", 1) };
    }

    private Dictionary<string, Amount> ReadLayers()
    {
        var amounts = new Dictionary<string, Amount>(StringComparer.Ordinal);
        if (Get("layers") is not { } layers)
            return amounts;
        if (layers.ValueKind != JsonValueKind.Object)
        {
            _problems.Add("layers must be an object of layer names and amounts.");
            return amounts;
        }

        foreach (var layer in layers.EnumerateObject())
            if (ReadAmount($"layers.{layer.Name}", layer.Value) is { } amount && !amounts.TryAdd(layer.Name, amount))
                _problems.Add($"layers.{layer.Name} appears twice.");
        return amounts;
    }

    private Amount? ReadAmount(string key, JsonElement value)
    {
        try
        {
            if (value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                return Amount.Parse(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
            _problems.Add($"{key} is {value.GetRawText()}; use \"0.8\", \"80%\" or \"1000\".");
        }
        catch (FormatException error)
        {
            _problems.Add($"{key}: {error.Message}");
        }

        return null;
    }

    private List<string> ReadNames(string key)
    {
        var names = new List<string>();
        if (Get(key) is not { } value)
            return names;
        if (value.ValueKind != JsonValueKind.Array)
            _problems.Add($"{key} must be a list of name patterns.");
        else
            foreach (var item in value.EnumerateArray())
                if (ReadString(key, item) is { } name)
                    names.Add(name);
        return names;
    }

    private bool ReadEmbeddings()
    {
        if (Get("embeddings") is { } value && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            _problems.Add($"embeddings is {value.GetRawText()}; it must be true or false.");
        return Get("embeddings") is not { ValueKind: JsonValueKind.False };
    }

    private double ReadFraction(string key, double otherwise)
    {
        if (Get(key) is not { } value)
            return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= 1 and var number)
            return number;
        _problems.Add($"{key} is {value.GetRawText()}; it must be a number from 0 to 1.");
        return otherwise;
    }

    private long ReadWhole(string key)
    {
        if (Get(key) is not { } value)
            return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0)
            return number;
        _problems.Add($"{key} is {value.GetRawText()}; it must be a whole number of at least 0.");
        return 0;
    }

    private string ReadWord(string key, string otherwise, string[] words)
    {
        if (Get(key) is not { } value || ReadString(key, value) is not { } word)
            return otherwise;
        if (words.Contains(word))
            return word;
        _problems.Add($"{key} is '{word}'; use {string.Join(", ", words)}.");
        return otherwise;
    }

    private string? ReadString(string key, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        _problems.Add($"{key} is {value.GetRawText()}; it must be a string.");
        return null;
    }

    private JsonElement? Get(string key) => root.TryGetProperty(key, out var value) ? value : null;
}
