namespace PruneSharp.Torch;

/// <summary>What an optimizer keeps for one parameter.</summary>
/// <param name="Name">The parameter, seen from the model; empty for one of another model.</param>
/// <param name="Numbers">Step counters and the like.</param>
/// <param name="Tensors">Names of the tensors that exist.</param>
internal sealed record CheckpointParameter(string Name, Dictionary<string, string?> Numbers, List<string> Tensors);
