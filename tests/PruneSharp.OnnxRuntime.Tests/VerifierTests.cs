namespace PruneSharp.OnnxRuntime.Tests;

public sealed class VerifierTests
{
    private static string Toy(string name) => Path.Combine(AppContext.BaseDirectory, "Toys", name);

    [Fact]
    public void Difference_follows_its_formula()
    {
        var difference = OutputDifference.Of("y", [3, -4, 0], [3, -4.4, 0.1]);
        Assert.Equal(0.4, difference.MaxAbsDifference, 12);
        Assert.Equal(0.1, difference.MaxRelativeDifference, 12);
        Assert.Equal((9 + 17.6) / Math.Sqrt(25 * (9 + 19.36 + 0.01)), difference.Cosine, 12);
    }

    [Theory]
    [InlineData(new[] { double.NaN, 1 }, new[] { double.NaN, 1 }, 0)]
    [InlineData(new[] { double.PositiveInfinity, 1 }, new[] { double.PositiveInfinity, 1 }, 0)]
    [InlineData(new[] { 1.0, 1 }, new[] { double.NaN, 1 }, double.PositiveInfinity)]
    [InlineData(new[] { double.PositiveInfinity, 1 }, new[] { double.NegativeInfinity, 1 }, double.PositiveInfinity)]
    [InlineData(new[] { 0.0, 0 }, new[] { 0, 0.5 }, 0.5)]
    [InlineData(new[] { 1.0 }, new[] { 1.0, 1 }, double.PositiveInfinity)]
    [InlineData(new double[0], new double[0], 0)]
    public void Difference_of_special_values(double[] a, double[] b, double expected) =>
        Assert.Equal(expected, OutputDifference.Of("y", a, b).MaxAbsDifference);

    [Fact]
    public void Inputs_are_the_same_for_a_seed_and_others_for_another()
    {
        using var session = ModelSession.Open(Toy("lstm.onnx"));
        var dims = GeneratedInputs.FindDims(session, "lstm.onnx", new Dictionary<string, int>());
        double[] Values(ulong seed)
        {
            using var inputs = GeneratedInputs.Create(session, "lstm.onnx", dims, new(-1, 1), seed);
            return TensorNumbers.Of(inputs.Values.Values.First())!;
        }

        Assert.Equal(Values(1), Values(1));
        Assert.NotEqual(Values(1), Values(2));
    }

    [Fact]
    public void Outputs_without_a_finite_number_are_no_agreement()
    {
        // Inputs near the largest float overflow in the first layer.
        var report = Verifier.Compare(Toy("unet.onnx"), Toy("unet.onnx"), new() { Range = new(1e38, 3e38), Runs = 1 });
        Assert.False(report.Pass);
        Assert.Contains("holds no finite number", Assert.Single(report.Problems));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InputRange(0, 1e39));
    }

    [Fact]
    public void Models_with_other_inputs_are_refused() =>
        Assert.Contains("different inputs", Assert.Throws<ArgumentException>(() => Verifier.Compare(Toy("lstm.onnx"), Toy("unet.onnx"))).Message);

    [Fact]
    public void Unknown_dimensions_are_refused_with_those_there_are()
    {
        var options = new VerifyOptions { Dims = new Dictionary<string, int> { ["nosuch"] = 3 } };
        Assert.Contains("no dynamic dimension 'nosuch'", Assert.Throws<ArgumentException>(() => Verifier.Compare(Toy("unet.onnx"), Toy("unet.onnx"), options)).Message);
    }

    [Fact]
    public void Files_that_do_not_load_are_named()
    {
        Assert.Throws<FileNotFoundException>(() => Verifier.Compare("missing.onnx", "missing.onnx"));
        string bad = Path.Combine(Path.GetTempPath(), $"prunesharp-{Guid.NewGuid():N}.onnx");
        File.WriteAllText(bad, "no model");
        Assert.Contains("ONNX Runtime cannot load it", Assert.Throws<InvalidModelException>(() => Verifier.Compare(bad, bad)).Message);
        File.Delete(bad);
    }
}
