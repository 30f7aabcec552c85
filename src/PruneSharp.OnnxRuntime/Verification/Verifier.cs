using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>Compares two models by running both on the same inputs.</summary>
public static class Verifier
{
    /// <summary>Runs both models on generated inputs and compares every output.</summary>
    /// <param name="model">Path of the first model: the reference.</param>
    /// <param name="other">Path of the second.</param>
    /// <param name="options">How; default <see cref="VerifyOptions"/>.</param>
    /// <exception cref="InvalidModelException">A model does not load, or does not run on generated inputs.</exception>
    /// <exception cref="ArgumentException">A dimension is not in the model, or the models' inputs differ.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static VerifyReport Compare(string model, string other, VerifyOptions? options = null)
    {
        options ??= new();
        using InferenceSession first = ModelSession.Open(model), second = ModelSession.Open(other);
        string firstName = Path.GetFileName(model), secondName = Path.GetFileName(other);
        CheckInputs(first, second, firstName, secondName);
        var dims = GeneratedInputs.FindDims(first, firstName, options.Dims);

        var problems = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string missing in first.OutputNames.Except(second.OutputNames))
            problems.Add($"{secondName} has no output {missing}");
        foreach (string added in second.OutputNames.Except(first.OutputNames))
            problems.Add($"{firstName} has no output {added}");
        string[] common = [.. first.OutputNames.Intersect(second.OutputNames)];
        var worst = new Dictionary<string, OutputDifference>(StringComparer.Ordinal);
        for (int run = 0; run < options.Runs && common.Length > 0; run++)
        {
            using var inputs = GeneratedInputs.Create(first, firstName, dims, options.Range, options.Seed + (ulong)run);
            using var a = Run(first, firstName, inputs, common);
            using var b = Run(second, secondName, inputs, common);
            for (int i = 0; i < common.Length; i++)
            {
                if (Difference(common[i], a[i], b[i]) is not { } difference)
                    problems.Add($"output {common[i]} is no tensor of numbers and was not compared");
                else if (TensorNumbers.Of(a[i])!.Length > 0 && !TensorNumbers.Of(a[i])!.Any(double.IsFinite))
                    problems.Add($"output {common[i]} of {firstName} holds no finite number, so equality says nothing");
                else
                    worst[common[i]] = worst.TryGetValue(common[i], out var before) ? before.Worse(difference) : difference;
            }
        }

        OutputDifference[] outputs = [.. common.Where(worst.ContainsKey).Select(name => worst[name])];
        bool pass = problems.Count == 0 && outputs.All(o => o.MaxRelativeDifference <= options.Tolerance);
        return new(
            1, "verify", model, other, options.Seed, options.Runs, options.Tolerance,
            first.InputMetadata.ToDictionary(i => i.Key, i => dims.Shape(i.Key, i.Value)), outputs, [.. problems], pass);
    }

    /// <summary>The difference of one output; null where it is no tensor of numbers.</summary>
    internal static OutputDifference? Difference(string name, OrtValue a, OrtValue b)
    {
        if (!a.IsTensor || !b.IsTensor || TensorNumbers.Of(a) is not { } first || TensorNumbers.Of(b) is not { } second)
            return null;
        return a.GetTensorTypeAndShape().Shape.SequenceEqual(b.GetTensorTypeAndShape().Shape)
            ? OutputDifference.Of(name, first, second)
            : new(name, double.PositiveInfinity, double.PositiveInfinity, 0);
    }

    /// <summary>Runs a model once.</summary>
    /// <exception cref="InvalidModelException">The model fails on these inputs.</exception>
    internal static IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, string name, NamedTensors inputs, IReadOnlyCollection<string> outputs)
    {
        try
        {
            using var options = new RunOptions();
            return session.Run(options, inputs.Values, outputs);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException(name, $"it fails to run: {error.Message}", error);
        }
    }

    /// <summary>Compares the inputs of two models.</summary>
    /// <exception cref="ArgumentException">They differ in name, type or shape.</exception>
    internal static void CheckInputs(InferenceSession first, InferenceSession second, string firstName, string secondName)
    {
        string Describe(InferenceSession session) => string.Join(", ", session.InputMetadata.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => $"{i.Key} {i.Value.ElementDataType} [{string.Join(", ", i.Value.Dimensions)}]"));
        if (Describe(first) != Describe(second))
            throw new ArgumentException($"The models take different inputs: {firstName} has {Describe(first)}; {secondName} has {Describe(second)}. Compare two forms of the same model.");
    }
}
