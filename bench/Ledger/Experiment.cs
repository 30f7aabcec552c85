using PruneSharp;
using PruneSharp.Torch;

/// <summary>One row of the ledger: a method at a sparsity, run with several seeds.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Method">Name of the recipe.</param>
/// <param name="Sparsity">Fraction of the weights that goes; 0 for the dense network.</param>
/// <param name="Epochs">Epochs of one run, without those of the dense network where it starts from that.</param>
internal sealed record Experiment(string Model, string Method, double Sparsity, int Epochs)
{
    /// <summary>The seeds of a row.</summary>
    public static IReadOnlyList<int> Seeds { get; } = [0, 1, 2];

    /// <summary>The name by which the row is run.</summary>
    public string Id => Sparsity == 0 ? $"{Model}/{Method}" : $"{Model}/{Method}/{Text.Of(Sparsity * 100)}";

    /// <summary>Whether it starts from the dense network of the same seed; otherwise from random weights.</summary>
    public bool StartsDense { get; init; }

    /// <summary>The networks whose averaged answers it learns from besides the labels; none by default.</summary>
    public IReadOnlyList<Teacher> Teachers { get; init; } = [];

    /// <summary>Learning rate of Adam at the start; it follows half a cosine to 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Equal parts of the run in each of which the learning rate falls to 0.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Whether units that died are removed from the file.</summary>
    public bool Shrinks { get; init; }

    /// <summary>Bits of the values that each layer's weights share in the last quarter of the epochs; 0: each has its own.</summary>
    public int SharedBits { get; init; }

    /// <summary>Pictures in a step.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The plan and the method; null for dense training.</summary>
    public Func<TrainingSetup, (Plan Plan, TrainingMethod? Method)>? Pruning { get; init; }

    /// <summary>What must be trained before: the dense network and the teachers of one seed.</summary>
    public IEnumerable<(string Id, int Seed)> Needs(int seed)
    {
        foreach (var teacher in Teachers)
            yield return ($"{teacher.Model}/dense", teacher.Seed ?? seed);
        if (StartsDense)
            yield return ($"{Model}/dense", seed);
    }
}
