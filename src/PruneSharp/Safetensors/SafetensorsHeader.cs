using System.Text.Json;
using System.Text.Unicode;

namespace PruneSharp;

/// <summary>Reads the JSON header of a safetensors file and checks each tensor for itself; whether they fit the data is not its concern.</summary>
internal sealed class SafetensorsHeader
{
    private const int MostDimensions = 64;
    private const string MetadataName = "__metadata__";

    private readonly string _file;
    private readonly HashSet<string> _names = [];

    private SafetensorsHeader(string file) => _file = file;

    /// <summary>The tensors in the header's order.</summary>
    public List<SafetensorsTensor> Tensors { get; } = [];

    /// <summary>Free text about the file.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Reads a header.</summary>
    /// <exception cref="InvalidModelException">It is not the header of a safetensors file.</exception>
    public static SafetensorsHeader Read(ReadOnlySpan<byte> utf8, string file)
    {
        var header = new SafetensorsHeader(file);
        if (utf8 is not [(byte)'{', ..])
            throw header.Wrong("the header does not start with '{'; this is not a safetensors file.");
        if (!Utf8.IsValid(utf8))
            throw header.Wrong("the header is not valid UTF-8.");
        try
        {
            var json = new Utf8JsonReader(utf8);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                header.Add(ref json);
            json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A string with half a surrogate pair is an InvalidOperationException.
            throw new InvalidModelException(file, $"the header is not valid JSON: {e.Message}", e);
        }

        return header;
    }

    private void Add(ref Utf8JsonReader json)
    {
        string name = json.GetString()!;
        if (!_names.Add(name))
            throw Wrong($"the header names {name} twice.");
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw Wrong($"{name} is not a JSON object in the header.");
        if (name == MetadataName)
            AddMetadata(ref json);
        else
            AddTensor(ref json, name);
    }

    private void AddMetadata(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                throw Wrong($"{MetadataName} holds {key}, which is not a string.");
            if (!Metadata.TryAdd(key, json.GetString()!))
                throw Wrong($"{MetadataName} names {key} twice.");
        }
    }

    private void AddTensor(ref Utf8JsonReader json, string name)
    {
        SafetensorsType? type = null;
        List<long>? shape = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string field = json.GetString()!;
            json.Read();
            switch (field)
            {
                case "dtype" when type is null: type = Type(ref json, name); break;
                case "shape" when shape is null: shape = Numbers(ref json, name, field); break;
                case "data_offsets" when offsets is null: offsets = Numbers(ref json, name, field); break;
                default: throw Wrong($"tensor {name} has the field {field} twice, or it is unknown; expected dtype, shape and data_offsets.");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw Wrong($"tensor {name} needs dtype, shape and data_offsets; one of them is missing.");
        if (offsets.Count != 2 || offsets[1] < offsets[0])
            throw Wrong($"tensor {name} has data_offsets [{string.Join(", ", offsets)}]; expected a begin and an end that is not before it.");
        Tensors.Add(new(name, type, shape.AsReadOnly(), offsets[0], Sized(name, type, shape, offsets[0], offsets[1])));
    }

    private long Sized(string name, SafetensorsType type, List<long> shape, long begin, long end)
    {
        string what = $"tensor {name} at data offset {begin} has shape [{string.Join(", ", shape)}] of {type}";
        try
        {
            long bytes = SafetensorsTensor.Count([.. shape, type.Bytes]);
            return bytes == end - begin ? bytes : throw Wrong($"{what}, which takes {bytes} bytes, but {end - begin} bytes of data.");
        }
        catch (OverflowException e)
        {
            throw new InvalidModelException(_file, $"{what}, more than any file holds.", e);
        }
    }

    private SafetensorsType Type(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.String)
            throw Wrong($"tensor {name} has a dtype that is not a string.");
        string type = json.GetString()!;
        return SafetensorsType.Find(type)
            ?? throw Wrong($"tensor {name} has dtype {type}; known are {string.Join(", ", SafetensorsType.All)}.");
    }

    private List<long> Numbers(ref Utf8JsonReader json, string name, string field)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw Wrong($"tensor {name} has a {field} that is not a list.");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
                throw Wrong($"tensor {name} has a {field} whose entry {numbers.Count} is not a whole number from 0 to 2^63 - 1.");
            numbers.Add(number);
            if (numbers.Count > MostDimensions)
                throw Wrong($"tensor {name} has a {field} of more than {MostDimensions} entries.");
        }

        return numbers;
    }

    private InvalidModelException Wrong(string problem) => new(_file, problem);
}
