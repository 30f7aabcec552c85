using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>Decisions that were measured before, by key; a value that never changes. The newest entries are kept.</summary>
public sealed class DecisionCache
{
    /// <summary>How many entries are kept.</summary>
    public const int MostEntries = 64;

    /// <summary>The longest JSON text that is read, in bytes.</summary>
    public const int MostBytes = 16 << 20;

    private DecisionCache(ImmutableArray<(string Key, RegionPlan Plan)> entries) => Entries = entries;

    /// <summary>No decisions.</summary>
    public static DecisionCache Empty { get; } = new([]);

    /// <summary>The decisions, the newest last.</summary>
    internal ImmutableArray<(string Key, RegionPlan Plan)> Entries { get; }

    /// <summary>How many there are.</summary>
    public int Count => Entries.Length;

    /// <summary>Reads JSON.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave, UTF-8.</param>
    /// <exception cref="FormatException">It is not that: damaged, cut off, too long, or of another version. The message is half a sentence.</exception>
    public static DecisionCache Parse(ReadOnlyMemory<byte> json) => Of(DecisionJson.Read(json));

    /// <summary>The decision of a key; null where there is none.</summary>
    public RegionPlan? Find(string key) => Entries.LastOrDefault(entry => entry.Key == key).Plan;

    /// <summary>The same with one decision more, in place of one of the same key. The oldest go where they are too many or too long.</summary>
    public DecisionCache With(string key, RegionPlan plan) => Of([.. Entries.Where(entry => entry.Key != key), (key, plan)]);

    /// <summary>As JSON, UTF-8, at most <see cref="MostBytes"/> long.</summary>
    public byte[] ToJson()
    {
        byte[] json = DecisionJson.Write(Entries);
        for (int dropped = 1; json.Length > MostBytes; dropped++) json = DecisionJson.Write(Entries[Math.Min(dropped, Count)..]);
        return json;
    }

    private static DecisionCache Of(ImmutableArray<(string Key, RegionPlan Plan)> entries) => new(entries[Math.Max(0, entries.Length - MostEntries)..]);
}
