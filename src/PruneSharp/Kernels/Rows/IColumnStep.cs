namespace PruneSharp.Kernels;

/// <summary>How far apart in the input the vectors of neighbouring output columns lie; a type, so that the compiler folds the common distances into the loads.</summary>
internal interface IColumnStep
{
    /// <summary>The distance in floats from column 0 to a column.</summary>
    /// <param name="column">The output column.</param>
    /// <param name="lanes">Floats in a vector.</param>
    /// <param name="step">The distance of neighbours in floats; read only where it is not part of the type.</param>
    static abstract nint Floats(int column, int lanes, nint step);
}
