namespace PruneSharp.OnnxRuntime;

/// <summary>What comparing two models gave.</summary>
/// <param name="SchemaVersion">Version of these keys.</param>
/// <param name="Command">Always "verify".</param>
/// <param name="Model">Path of the first model.</param>
/// <param name="Other">Path of the second.</param>
/// <param name="Seed">Seed of the inputs.</param>
/// <param name="Runs">Inputs tried.</param>
/// <param name="Tolerance">The tolerance.</param>
/// <param name="Inputs">Shapes used, by input.</param>
/// <param name="Outputs">One entry an output that both models have.</param>
/// <param name="Problems">What could not be compared: missing outputs, other types.</param>
/// <param name="Pass">No problems and every output within the tolerance.</param>
public sealed record VerifyReport(
    int SchemaVersion,
    string Command,
    string Model,
    string Other,
    ulong Seed,
    int Runs,
    double Tolerance,
    IReadOnlyDictionary<string, long[]> Inputs,
    IReadOnlyList<OutputDifference> Outputs,
    IReadOnlyList<string> Problems,
    bool Pass);
