using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>What an experiment's plan and method may depend on.</summary>
/// <param name="Model">The network.</param>
/// <param name="Sparsity">Fraction of the weights that goes.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Images">Pixels of the training pictures.</param>
/// <param name="Labels">Their classes.</param>
internal sealed record TrainingSetup(Sequential Model, double Sparsity, long Steps, int Seed, Tensor Images, Tensor Labels)
{
    /// <summary>The step at a fraction of the run.</summary>
    public long At(double fraction) => (long)(fraction * Steps);
}
