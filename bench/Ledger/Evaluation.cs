using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>What a network answers.</summary>
internal static class Evaluation
{
    private const long Pictures = 1000;

    /// <summary>Logits of all pictures, in eval mode.</summary>
    public static Tensor Logits(Sequential model, Tensor images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        bool training = model.training;
        model.eval();
        var parts = images.split(Pictures).Select(part => model.call(part)).ToList();
        model.train(training);
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Percent of the pictures whose class scores highest.</summary>
    public static double Accuracy(Sequential model, Pictures data)
    {
        using var scope = NewDisposeScope();
        return Logits(model, data.Images).argmax(1).eq(data.Labels).to(float64).mean().item<double>() * 100;
    }
}
