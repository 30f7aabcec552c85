namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Tests that look at the whole process run when no others do.</summary>
[CollectionDefinition(nameof(RunAlone), DisableParallelization = true)]
public sealed class RunAlone;
