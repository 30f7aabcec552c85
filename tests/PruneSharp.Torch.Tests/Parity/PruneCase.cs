namespace PruneSharp.Torch.Tests.Parity;

/// <summary>What PyTorch did to some parameters; the script beside the fixtures says what the members hold.</summary>
internal sealed record PruneCase(string[] Steps, string[] Masks, string[]? Run, string[][]? Keys)
{
    public override string ToString() => string.Join(", ", Steps);
}
