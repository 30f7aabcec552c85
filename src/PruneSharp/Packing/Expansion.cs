namespace PruneSharp;

/// <summary>How much a packed file may claim to hold.</summary>
public static class Expansion
{
    /// <summary>Claims up to this size need no justification by the file's own.</summary>
    public const long MostUnasked = 1L << 30;

    /// <summary>Larger claims may be this many times the file's size: far more than any real model reaches.</summary>
    public const long Most = 4096;

    /// <summary>Whether a file of so many bytes may unpack to so many.</summary>
    public static bool IsCredible(long unpackedBytes, long fileBytes) => unpackedBytes <= MostUnasked || unpackedBytes / Most <= fileBytes;
}
