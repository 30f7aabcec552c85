using PruneSharp.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>What teachers say to every training picture: the mean of their soft probabilities, as logits, asked once.</summary>
internal sealed class Teaching : IDisposable
{
    private const double Softness = 2;

    private readonly Sequential _network;
    private readonly Distillation _distillation;
    private readonly Tensor _answers;

    private Teaching(Sequential network, Tensor answers) => (_network, _distillation, _answers) = (network, new(network) { Temperature = Softness, Weight = 0.5 }, answers);

    /// <summary>The teaching of an experiment; null where it has no teachers.</summary>
    public static Teaching? Of(Experiment experiment, int seed, RunStore store, Tensor images)
    {
        if (experiment.Teachers.Count == 0)
            return null;
        var networks = experiment.Teachers.Select(t => Load(t, seed, store)).ToList();
        using var scope = NewDisposeScope();
        var probabilities = networks.Select(n => nn.functional.softmax(Evaluation.Logits(n, images) / Softness, 1)).Aggregate((a, b) => a + b) / networks.Count;
        var answers = probabilities.log() * Softness;
        return new(networks[0], answers.MoveToOuterDisposeScope());
    }

    /// <summary>The loss of a batch, <see cref="Distillation"/> at half weight and temperature 2.</summary>
    public Tensor Loss(Tensor batch, Tensor logits, Tensor labels) => _distillation.loss_from(_answers.index_select(0, batch), logits, labels);

    public void Dispose()
    {
        _answers.Dispose();
        _network.Dispose();
    }

    private static Sequential Load(Teacher teacher, int seed, RunStore store)
    {
        var network = Networks.Create(teacher.Model);
        ModuleState.Load(network, store.WeightsPath($"{teacher.Model}/dense", teacher.Seed ?? seed));
        return network;
    }
}
