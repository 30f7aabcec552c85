using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Every method on every kind of network; optimizers and number types take turns, so that each method meets each of them.</summary>
public sealed class TrainingSweepTests
{
    private const int StepCount = 22, SavedStep = 9;

    public static TheoryData<string, string, string, ScalarType> Cases()
    {
        var cases = new TheoryData<string, string, string, ScalarType>();
        int turn = 0;
        foreach (string method in SubjectMethods.All.Keys)
        {
            foreach (string network in Subject.Networks)
                cases.Add(method, network, Subject.Optimizers[turn % Subject.Optimizers.Count], Subject.Types[turn++ % Subject.Types.Count]);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_keeps_its_masks_and_resumes_bit_for_bit(string method, string network, string optimizer, ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using var whole = new Subject(network, optimizer, type, method);
        AssertMasked(whole);
        for (int step = 0; step < StepCount; step++)
        {
            if (step == SavedStep)
                whole.Pruner.save(folder["run"]);
            whole.Step();
            AssertMasked(whole);
        }

        AssertSparsity(whole, method);
        using var resumed = new Subject(network, optimizer, type, method, seed: 7);
        resumed.Step();
        resumed.Pruner.load(folder["run"]);
        for (int step = SavedStep; step < StepCount; step++)
            resumed.Step();
        Trainee.AssertSame(whole.Bits, resumed.Bits);

        whole.Pruner.finish();
        resumed.Pruner.finish();
        Trainee.AssertSame(whole.Bits, resumed.Bits);
        AssertSparsity(whole, method);
        foreach (var layer in whole.Pruner.Layers)
            Assert.All(Values.Of(layer.Weight).Zip(Values.Of(layer.Mask)), w => Assert.True(w.Second == 1 || BitConverter.DoubleToInt64Bits(w.First) == 0));
    }

    private static void AssertMasked(Subject subject)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var layer in subject.Pruner.Layers)
        {
            Assert.Equal(0, layer.Weight.masked_select(layer.Mask.eq(0)).count_nonzero().item<long>());
            Assert.Equal(layer.KeptCount, layer.Mask.count_nonzero().item<long>());
            Assert.True(layer.Weight.isfinite().all().item<bool>());
        }
    }

    private static void AssertSparsity(Subject subject, string method)
    {
        var plan = SubjectMethods.All[method].Plan;
        var layers = subject.Pruner.Layers;
        if (plan.Structure == Structure.Unstructured && (plan.Schedule?.FinalSparsity ?? plan.Amount?.Fraction) is { } fraction)
            Assert.Equal(layers.Sum(l => l.Count) - Selection.Count(fraction, layers.Sum(l => l.Count)), layers.Sum(l => l.KeptCount));
        else if (plan.Structure == Structure.Channel(0))
            Assert.All(layers, l => Assert.True(l.KeptCount % l.Layout.ColumnCount == 0, $"{l.Name} keeps {l.KeptCount}."));
        else if (plan.Structure.FixedSparsity is not null)
            Assert.All(layers, l => Assert.InRange(l.KeptCount, l.Count / 2, l.Count));
    }
}
