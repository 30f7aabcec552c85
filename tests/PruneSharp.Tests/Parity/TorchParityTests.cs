using System.Globalization;

namespace PruneSharp.Tests.Parity;

public sealed class TorchParityTests
{
    [Fact]
    public void L1Unstructured_masks_equal_torch()
    {
        int cases = 0;
        foreach (var (item, weights) in TorchMasks.Cases("l1_unstructured"))
        {
            var tensor = WeightTensor.Of("weight", weights[0], TorchMasks.Longs(item.GetProperty("shape")));
            var mask = Structure.Unstructured.Prune(tensor, Criterion.L1, Selection.Count(TorchMasks.Amount(item), tensor.Data.Length));
            Assert.Equal(item.GetProperty("mask").GetString(), TorchMasks.Text(mask));
            cases++;
        }

        Assert.Equal(35, cases);
    }

    [Fact]
    public void LnStructured_masks_equal_torch()
    {
        int cases = 0;
        foreach (var (item, weights) in TorchMasks.Cases("ln_structured"))
        {
            var tensor = WeightTensor.Of("weight", weights[0], TorchMasks.Longs(item.GetProperty("shape")));
            string n = item.GetProperty("n").GetString()!;
            double norm = n switch
            {
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => double.Parse(n, CultureInfo.InvariantCulture),
            };
            var channels = Structure.Channel(item.GetProperty("dim").GetInt32(), norm);
            var mask = channels.Prune(tensor, Criterion.L1, Selection.Count(TorchMasks.Amount(item), channels.UnitCount(tensor)));
            Assert.Equal(item.GetProperty("mask").GetString(), TorchMasks.Text(mask));
            cases++;
        }

        Assert.True(cases > 150, $"{cases} cases");
    }

    [Fact]
    public void GlobalUnstructured_masks_equal_torch()
    {
        foreach (var (item, weights) in TorchMasks.Cases("global_unstructured"))
        {
            var shapes = item.GetProperty("shapes").EnumerateArray().Select(TorchMasks.Longs).ToList();
            var tensors = weights.Select((w, i) => WeightTensor.Of($"layer{i}", w, shapes[i])).ToList();
            var plan = new Plan { Allocation = Allocation.Global, Amount = TorchMasks.Amount(item) };
            string[] expected = [.. item.GetProperty("masks").EnumerateArray().Select(m => m.GetString()!)];
            Assert.Equal(expected, MaskPlanning.Masks(plan, tensors).Select(TorchMasks.Text));

            var joint = Selection.Lowest([.. tensors.Select(t => UnitScores.OfMagnitudes(t.Name, t.Data))], Selection.Count(plan.Amount.Value, weights.Sum(w => w.Length)));
            Assert.Equal(expected, joint.Select(TorchMasks.Text));
        }
    }

    [Fact]
    public void Ties_prune_as_many_as_torch()
    {
        foreach (var (item, weights) in TorchMasks.Cases("ties"))
        {
            var mask = Selection.Lowest(UnitScores.OfMagnitudes("w", WeightData.Of(weights[0])), Selection.Count(TorchMasks.Amount(item), 70));
            Assert.Equal(item.GetProperty("pruned").GetInt64(), mask.PrunedCount);
        }
    }
}
