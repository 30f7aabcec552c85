namespace PruneSharp.Kernels;

/// <summary>Where the memory of a plane lies.</summary>
internal enum PlanePlace
{
    /// <summary>In the program's own memory.</summary>
    Arena,

    /// <summary>It is an input of the region.</summary>
    Input,

    /// <summary>It is an output of the region.</summary>
    Output,
}
