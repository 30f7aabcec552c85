using System.Text.Json;

namespace PruneSharp.Tests.Parity;

/// <summary>Masks that PyTorch 1.13 computed, see Fixtures/make_torch_masks.py. A case without weights uses those of the case before it.</summary>
internal static class TorchMasks
{
    public static IEnumerable<(JsonElement Case, float[][] Weights)> Cases(string kind)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "torch_masks.json")));
        float[][] weights = [];
        foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("kind").GetString() == kind))
        {
            bool single = item.TryGetProperty("weight", out var given);
            if (!single)
                given = item.GetProperty("weights");
            if (given.ValueKind == JsonValueKind.Array)
                weights = single ? [Floats(given)] : [.. given.EnumerateArray().Select(Floats)];
            yield return (item.Clone(), weights);
        }
    }

    public static Amount Amount(JsonElement item)
    {
        var amount = item.GetProperty("amount");
        return item.GetProperty("isCount").GetBoolean() ? PruneSharp.Amount.OfCount(amount.GetInt32()) : PruneSharp.Amount.OfFraction(amount.GetDouble());
    }

    public static long[] Longs(JsonElement list) => [.. list.EnumerateArray().Select(d => d.GetInt64())];

    public static string Text(Mask mask) => string.Concat(mask.ToTensor<byte>().Select(b => b == 1 ? '1' : '0'));

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(b => BitConverter.Int32BitsToSingle(b.GetInt32()))];
}
