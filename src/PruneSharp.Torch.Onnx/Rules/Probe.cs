namespace PruneSharp.Torch.Onnx;

/// <summary>
/// Finds a setting of a native module that TorchSharp gives no access to: the module computes something, and so does a reference with each
/// setting that is possible.
/// </summary>
internal static class Probe
{
    private const double MostDifference = 1e-3;

    /// <summary>Values <c>[length, batch, features]</c>, always the same, as large as makes the results of a weight reach <paramref name="size"/>.</summary>
    /// <param name="weight">The weight <c>[out, features]</c> that they meet first.</param>
    /// <param name="length">First axis.</param>
    /// <param name="batch">Second axis.</param>
    /// <param name="size">Largest magnitude of weight · x.</param>
    public static Tensor Input(Tensor weight, long length, long batch, double size)
    {
        using var _ = no_grad();
        long features = weight.shape[1];
        var wave = arange(length * batch * features, ScalarType.Float64).mul(1.7).add(0.4).sin().reshape(length, batch, features).to(weight.dtype).to(weight.device);
        double reach = wave.matmul(weight.t()).abs().max().to(ScalarType.Float64).item<double>();
        return reach > 0 ? wave * (size / reach) : wave;
    }

    /// <summary>Computes with a module as in eval mode, without changing its mode.</summary>
    public static T InEval<T>(nn.Module module, Func<T> compute)
    {
        using var _ = no_grad();
        bool training = module.training;
        if (training)
            module.eval();
        try
        {
            return compute();
        }
        finally
        {
            if (training)
                module.train();
        }
    }

    /// <summary>The setting whose reference is closest to what the module gave.</summary>
    /// <param name="graph">For errors.</param>
    /// <param name="given">What the module gave.</param>
    /// <param name="settings">The possible settings; of equals the first.</param>
    /// <param name="reference">Computes the same with one setting.</param>
    /// <exception cref="NotSupportedException">No setting gives that.</exception>
    public static T Closest<T>(OnnxGraph graph, Tensor given, IReadOnlyList<T> settings, Func<T, Tensor> reference)
    {
        using var _ = no_grad();
        var differences = settings.Select(setting => (given - reference(setting)).abs().max().to(ScalarType.Float64).item<double>()).ToList();
        double least = differences.Min(), scale = given.abs().max().to(ScalarType.Float64).item<double>();
        return least <= MostDifference * Math.Max(scale, 1e-3)
            ? settings[differences.IndexOf(least)]
            : throw graph.Unsupported("it computes something that none of its known settings gives (its closest one is off by " + least.ToString("g3", System.Globalization.CultureInfo.InvariantCulture) + "). Settings such as add_zero_attn cannot be exported.");
    }
}
