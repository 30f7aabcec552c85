namespace PruneSharp.OnnxRuntime;

/// <summary>How the change of a model's outputs is measured.</summary>
public enum ChangeMetric
{
    /// <summary><see cref="Kl"/> where every output is rows of probabilities, else <see cref="Relative"/>.</summary>
    Auto,

    /// <summary>‖a−b‖₂ / ‖a‖₂, the mean over outputs and samples.</summary>
    Relative,

    /// <summary>Kullback–Leibler divergence KL(a ‖ b) in nats, the mean over rows; outputs that are no probabilities go through softmax.</summary>
    Kl,
}
