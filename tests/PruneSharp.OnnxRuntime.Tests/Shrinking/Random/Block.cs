namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes one block of a network: takes a value and gives one of the same number of axes.</summary>
internal delegate Activation Block(NetworkWriter w, Dice dice, Activation x);
