using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PruneSharp.Torch;

/// <summary>What a checkpoint says beside its tensors: compact JSON in the file's metadata.</summary>
/// <param name="Version">Of this format.</param>
/// <param name="StepCount">Steps that were made.</param>
/// <param name="LearningRateStep">Where the learning rate's schedule stands.</param>
/// <param name="Plan">The plan's JSON; its text where a part of it is the user's own.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Settings">The method's settings.</param>
/// <param name="Layers">Names of the weights that are trained sparse, in their order.</param>
/// <param name="Optimizer">What the optimizer was; null where the pruner had none.</param>
/// <param name="TensorCount">Tensors in the file.</param>
internal sealed record CheckpointHeader(int Version, long StepCount, long LearningRateStep, string Plan, string Method, Dictionary<string, string?> Settings,
    List<string> Layers, CheckpointOptimizer? Optimizer, int TensorCount)
{
    /// <summary>The version that this code writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Its key in the metadata.</summary>
    public const string Key = "prunesharp.checkpoint";

    // The resolver is said because applications can switch off the one that is there by default; single-file ones (dotnet run app.cs) do.
    private static readonly JsonSerializerOptions _json = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Describes a training as it is now.</summary>
    public static CheckpointHeader Of(SparseTraining training, TrainingMethod method, CheckpointOptimizer? optimizer, int tensorCount) => new(
        CurrentVersion, training.Step, training.LearningRateStep, PlanText(training.Plan), method.Name,
        SimpleValue.Texts(SimpleValue.Of(method).Where(s => s.Name != nameof(method.Name))), [.. training.Layers.Select(l => l.Name)], optimizer, tensorCount);

    /// <summary>Reads a file's header.</summary>
    /// <exception cref="InvalidModelException">It is missing, of another version, or says what cannot be.</exception>
    public static CheckpointHeader Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? text))
            throw new InvalidModelException(file.Name, $"this safetensors file is no checkpoint: its metadata lacks {Key}. Weights alone are loaded by {nameof(ModuleState)}.");
        try
        {
            using (var version = JsonDocument.Parse(text))
            {
                if (version.RootElement.GetProperty("version").GetInt32() is not CurrentVersion and var found)
                    throw new InvalidModelException(file.Name, $"the checkpoint has version {found}; this one reads {CurrentVersion}. Use the version of PruneSharp that wrote it.");
            }

            var header = JsonSerializer.Deserialize<CheckpointHeader>(text, _json)!;
            if (header.StepCount < 0 || header.LearningRateStep < 0)
                throw new FormatException($"stepCount is {header.StepCount} and learningRateStep {header.LearningRateStep}; steps count from 0.");
            if (header.Layers.Contains(null!) || header.Optimizer?.HasHoles == true)
                throw new FormatException("a list holds null.");
            return header.TensorCount == file.Tensors.Count ? header : throw new FormatException($"it says that there are {header.TensorCount} tensors, but the file has {file.Tensors.Count}.");
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidModelException(file.Name, $"the metadata {Key} cannot be used: {error.Message}", error);
        }
    }

    /// <summary>The JSON for the metadata.</summary>
    public string Write() => JsonSerializer.Serialize(this, _json);

    /// <summary>Compares with what a pruner is.</summary>
    /// <exception cref="ArgumentException">It is of another plan, method or optimizer; the message says what differs.</exception>
    public void CheckSame(CheckpointHeader pruner, string file)
    {
        if (Plan != pruner.Plan)
            throw Other("plan", Plan, pruner.Plan);
        if (Method != pruner.Method)
            throw Other("method", Method, pruner.Method);
        foreach (string name in Settings.Keys.Union(pruner.Settings.Keys))
        {
            if (Settings.GetValueOrDefault(name) != pruner.Settings.GetValueOrDefault(name))
                throw Other($"{name} of method {Method}", Settings.GetValueOrDefault(name), pruner.Settings.GetValueOrDefault(name));
        }

        if (!Layers.SequenceEqual(pruner.Layers))
            throw Other("model: the pruned weights", string.Join(", ", Layers), string.Join(", ", pruner.Layers));
        if (Optimizer?.Kind != pruner.Optimizer?.Kind)
            throw Other("optimizer", Optimizer?.Kind, pruner.Optimizer?.Kind);
        if (Optimizer?.Difference(pruner.Optimizer!) is { } difference)
            throw Other(difference.What, difference.InFile, difference.Now);

        ArgumentException Other(string what, string? inFile, string? now) =>
            new($"The checkpoint {file} is of another {what}. The file has {inFile ?? "none"}, the pruner {now ?? "none"}. Create the pruner as it was created then.", nameof(pruner));
    }

    private static string PlanText(Plan plan)
    {
        try
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
                PlanJson.Write(plan, writer);
            return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (NotSupportedException)
        {
            return plan.ToString();
        }
    }
}
