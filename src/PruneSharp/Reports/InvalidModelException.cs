namespace PruneSharp;

/// <summary>A model file is damaged, lies about its contents or is of another format. The message names the file, what was found and what was expected.</summary>
public sealed class InvalidModelException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="problem">What was found, where, and what was expected.</param>
    /// <param name="inner">What brought it to light.</param>
    public InvalidModelException(string file, string problem, Exception? inner = null)
        : base($"{file}: {problem}", inner) =>
        File = file;

    /// <summary>The file's name.</summary>
    public string File { get; }
}
