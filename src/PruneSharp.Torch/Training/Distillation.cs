using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Trains a network on the soft answers of another one beside the labels (Hinton, Vinyals and Dean 2015, arXiv:1503.02531). With T the
/// <see cref="Temperature"/> and w the <see cref="Weight"/>, loss = (1 − w) · CE(logits, labels) + w · T² · KL(softmax(teacher / T) ‖
/// softmax(logits / T)), both means over the samples. The dense network is a good teacher of its own pruned copy.
/// </summary>
/// <param name="teacher">Gives logits for an input. It runs in evaluation mode and without gradients, and stays the caller's.</param>
public sealed class Distillation(nn.Module<Tensor, Tensor> teacher)
{
    private readonly nn.Module<Tensor, Tensor> _teacher = teacher ?? throw new ArgumentNullException(nameof(teacher));

    /// <summary>Softness of the answers, greater than 0; default 4. 1 leaves them as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a finite number greater than 0.</exception>
    public double Temperature
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The temperature is a number greater than 0; 1 to 20 are usual.");
    } = 4;

    /// <summary>The teacher's part of the loss, from 0 to 1; default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside [0, 1] or NaN.</exception>
    public double Weight
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The teacher's weight lies between 0 and 1.");
    } = 0.9;

    /// <summary>The teacher's logits for a batch, without gradients. They may be kept and given to <see cref="loss_from"/> in later epochs.</summary>
    /// <param name="input">What the teacher takes.</param>
    /// <returns>The teacher's output. The modes of the teacher and its parts are as before, also after an error.</returns>
    public Tensor teacher_logits(Tensor input)
    {
        using var guard = no_grad();
        using var modes = new TrainingModes(_teacher);
        _teacher.eval();
        return _teacher.call(input);
    }

    /// <summary>The loss of a batch.</summary>
    /// <param name="input">The batch, for the teacher.</param>
    /// <param name="logits">What the student says to it, [samples, classes, …]; gradients flow into it.</param>
    /// <param name="labels">The right classes, int64 in [samples, …].</param>
    /// <returns>A scalar of the logits' type, on their device.</returns>
    /// <exception cref="ArgumentException">Shapes or the number of classes do not fit, there is no sample, or a label is no class.</exception>
    /// <exception cref="NonFiniteTrainingException">The teacher or the student says NaN or infinity.</exception>
    public Tensor loss(Tensor input, Tensor logits, Tensor labels)
    {
        using var taught = teacher_logits(input);
        return loss_from(taught, logits, labels);
    }

    /// <summary>The loss of a batch whose teacher was asked before.</summary>
    /// <param name="teacherLogits">What <see cref="teacher_logits"/> gave, in the shape of <paramref name="logits"/>; type and device may differ.</param>
    /// <inheritdoc cref="loss"/>
    /// <param name="logits">What the student says to it, [samples, classes, …]; gradients flow into it.</param>
    /// <param name="labels">The right classes, int64 in [samples, …].</param>
    public Tensor loss_from(Tensor teacherLogits, Tensor logits, Tensor labels)
    {
        Check(teacherLogits, logits, labels);
        using var scope = NewDisposeScope();
        var taught = nn.functional.log_softmax(teacherLogits.detach().to(logits.dtype).to(logits.device) / Temperature, 1);
        var learnt = nn.functional.log_softmax(logits / Temperature, 1);
        var soft = (taught.exp() * (taught - learnt)).sum(1).mean() * (Weight * Temperature * Temperature);
        return (soft + nn.functional.cross_entropy(logits, labels) * (1 - Weight)).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor teacherLogits, Tensor logits, Tensor labels)
    {
        if (logits.dim() < 2 || logits.numel() == 0)
            throw new ArgumentException($"The logits have shape {Shape(logits)}; expected [samples, classes, …] with at least one of each.", nameof(logits));
        if (!teacherLogits.shape.AsSpan().SequenceEqual(logits.shape))
            throw new ArgumentException($"The teacher's logits have shape {Shape(teacherLogits)} and the student's {Shape(logits)}; both need the same samples and classes.", nameof(teacherLogits));
        long[] expected = [logits.shape[0], .. logits.shape[2..]];
        if (labels.dtype != int64 || !labels.shape.AsSpan().SequenceEqual(expected))
            throw new ArgumentException($"The labels are {labels.dtype} {Shape(labels)}; expected Int64 [{string.Join(", ", expected)}].", nameof(labels));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long least = labels.min().item<long>(), most = labels.max().item<long>();
        if (least < 0 || most >= logits.shape[1])
            throw new ArgumentException($"The label {(least < 0 ? least : most)} is no class; there are classes 0 to {logits.shape[1] - 1}.", nameof(labels));
        if (!FiniteValues.Are(teacherLogits))
            throw new NonFiniteTrainingException(nameof(teacherLogits), "the teacher's logits hold NaN or infinity");
        if (!FiniteValues.Are(logits.detach()))
            throw new NonFiniteTrainingException(nameof(logits), "the student's logits hold NaN or infinity");
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
