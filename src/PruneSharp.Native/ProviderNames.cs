namespace PruneSharp.Native;

/// <summary>How the execution provider calls itself, each with a zero at its end.</summary>
internal static class ProviderNames
{
    /// <summary>The provider.</summary>
    public static ReadOnlySpan<byte> Provider => "PruneSharpSparse\0"u8;

    /// <summary>Who makes it.</summary>
    public static ReadOnlySpan<byte> Vendor => "PruneSharp\0"u8;

    /// <summary>Its version.</summary>
    public static ReadOnlySpan<byte> Version => "0.1.0\0"u8;
}
