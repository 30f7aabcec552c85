namespace PruneSharp.Torch;

/// <summary>One group of an optimizer's parameters.</summary>
/// <param name="Switches">Options that choose the rule, such as nesterov; they must agree.</param>
/// <param name="Numbers">Options that are numbers, such as the learning rate; they are restored.</param>
/// <param name="Parameters">Its parameters, in their order.</param>
internal sealed record CheckpointGroup(Dictionary<string, string?> Switches, Dictionary<string, string?> Numbers, List<CheckpointParameter> Parameters);
