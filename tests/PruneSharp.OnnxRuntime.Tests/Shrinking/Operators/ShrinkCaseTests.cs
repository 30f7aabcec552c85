using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ShrinkCaseTests
{
    public static TheoryData<string> Names => [.. ShrinkCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Channels_go_through_an_operator_as_its_table_says(string name)
    {
        var tested = ShrinkCases.All.Single(c => c.Name == name);
        using var folder = new CaseFolder();
        string path = folder.Save(tested.Model());
        using var model = OnnxModel.Open(path);
        var observed = ShapeProbe.Observe(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken);
        Assert.True(observed is not null == tested.Runs, observed is null ? Refusal(path) : "ONNX Runtime runs it now.");
        var shapes = observed ?? StaticShapes.Infer(model);
        var analysis = ShrinkAnalysis.Of(model, shapes);
        if (tested.Outcome != ShrinkOutcome.Exact)
        {
            var refused = analysis.Refused.Where(f => Is(f.Family, tested) && f.Reason != "graph input x").ToList();
            Assert.NotEmpty(refused);
            Assert.DoesNotContain(analysis.Families, f => Is(f.Name, tested));
            if (tested.Outcome == ShrinkOutcome.Stays)
                Assert.Equal(tested.Reason, refused[0].Reason);
            else
                Assert.EndsWith("is taken over it (--approximate)", refused[0].Reason, StringComparison.Ordinal);
            if (tested.Outcome == ShrinkOutcome.Approximate)
                analysis = ShrinkAnalysis.Of(model, shapes, new() { Approximate = true });
        }

        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        foreach (var refused in analysis.Refused)
            TestContext.Current.TestOutputHelper?.WriteLine($"stays: {refused.Family} {refused.Node}: {refused.Reason}");
        if (tested.Outcome != ShrinkOutcome.Stays)
        {
            var families = cut.Families.Where(f => Is(f.Name, tested)).ToList();
            Assert.Equal(tested.Units, families.Sum(f => f.Units));
            Assert.All(families, f => Assert.Equal(Math.Round(f.Units / 2.0, MidpointRounding.ToEven), f.Removed));
            Assert.Equal(tested.Parameters ?? cut.Parameters, cut.Parameters);
        }

        if (!tested.Runs)
            return;
        var found = new ShrinkCheck(cut, path, new() { Range = new(-1, 1), Tolerance = tested.Tolerance }, TestContext.Current.CancellationToken).Masked();
        Assert.True(found.NonVacuous || cut.IsEmpty);
    }

    [Fact]
    public void Every_operator_that_can_be_shrunk_has_a_case_and_every_case_an_operator() =>
        Assert.Equal(OperatorRules.All.Select(o => (o.Domain, o.Op)), ShrinkCases.All.Select(c => (c.Domain, c.Operator)).Distinct().Order());

    [Fact]
    public void Cases_have_names_of_their_own_and_those_that_stay_a_reason()
    {
        Assert.Equal(ShrinkCases.All.Count, ShrinkCases.All.Select(c => c.Name).Distinct().Count());
        Assert.All(ShrinkCases.All, c => Assert.Equal(c.Outcome == ShrinkOutcome.Stays, c.Reason is not null));
    }

    private static bool Is(string family, ShrinkCase tested) => family.StartsWith($"{tested.Producer}:", StringComparison.Ordinal);

    private static string Refusal(string path)
    {
        try
        {
            using var session = ModelSession.Open(path);
            return "ONNX Runtime opens it but does not run it.";
        }
        catch (InvalidModelException error)
        {
            return error.Message;
        }
    }
}
