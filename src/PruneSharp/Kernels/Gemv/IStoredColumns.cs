namespace PruneSharp.Kernels;

/// <summary>How the column of a weight is stored. Columns are loaded four at a time: one wide load and shifts beat four loads.</summary>
internal unsafe interface IStoredColumns
{
    /// <summary>Bytes of a column.</summary>
    static abstract int Bytes { get; }

    /// <summary>Stores one column.</summary>
    static abstract void Store(int column, byte* to);

    /// <summary>Loads one column.</summary>
    static abstract int Load(byte* from);

    /// <summary>Loads four columns.</summary>
    static abstract ColumnQuad Load4(byte* from);

    /// <summary>One of four columns; <paramref name="index"/> is a constant 0..3.</summary>
    static abstract nuint At(ColumnQuad quad, int index);
}
