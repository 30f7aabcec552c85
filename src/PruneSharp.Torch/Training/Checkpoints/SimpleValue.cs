using System.Globalization;
using System.Reflection;

namespace PruneSharp.Torch;

/// <summary>A public number, switch or text of an object, by name: a setting that files can hold as a text.</summary>
/// <param name="Name">The field's or property's name.</param>
/// <param name="Type">Its type without <see cref="Nullable{T}"/>.</param>
/// <param name="Value">What it holds now.</param>
/// <param name="Set">Changes it; null where it is read-only.</param>
internal sealed record SimpleValue(string Name, Type Type, object? Value, Action<object?>? Set)
{
    private const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;

    /// <summary>The value as the same text in every culture; null for null. Numbers read back bit for bit.</summary>
    public string? Text => Value is null ? null : Convert.ToString(Value, CultureInfo.InvariantCulture);

    /// <summary>All of an object, by ordinal order of their names.</summary>
    public static IReadOnlyList<SimpleValue> Of(object owner)
    {
        var type = owner.GetType();
        var fields = type.GetFields(Public).Where(f => IsSimple(f.FieldType))
            .Select(f => new SimpleValue(f.Name, Plain(f.FieldType), f.GetValue(owner), f.IsInitOnly ? null : value => f.SetValue(owner, value)));
        var properties = type.GetProperties(Public).Where(p => IsSimple(p.PropertyType) && p.CanRead && p.GetIndexParameters().Length == 0)
            .Select(p => new SimpleValue(p.Name, Plain(p.PropertyType), p.GetValue(owner), p.CanWrite ? value => p.SetValue(owner, value) : null));
        return [.. fields.Concat(properties).OrderBy(v => v.Name, StringComparer.Ordinal)];
    }

    /// <summary>All texts by name.</summary>
    public static Dictionary<string, string?> Texts(IEnumerable<SimpleValue> values) => values.ToDictionary(v => v.Name, v => v.Text);

    /// <summary>Reads a number or switch of this type.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public object? Parse(string? text)
    {
        try
        {
            return text is null ? null : Convert.ChangeType(text, Type, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or OverflowException or InvalidCastException)
        {
            throw new FormatException($"{Name} is '{text}'; expected a value of type {Type.Name}.", error);
        }
    }

    private static bool IsSimple(Type type) => Plain(type) is { } plain && (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal));

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
