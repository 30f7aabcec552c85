namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>What shrinking does with channels that go through an operator.</summary>
internal enum ShrinkOutcome
{
    /// <summary>They go, and the rest computes what the masked model does.</summary>
    Exact,

    /// <summary>They go where the user allows statistics to change.</summary>
    Approximate,

    /// <summary>They stay.</summary>
    Stays,
}
