namespace PruneSharp;

/// <summary>Which unit a cell of the canonical view belongs to: <c>Rows[row] + Columns[column]</c>.</summary>
/// <param name="Rows">One number a row.</param>
/// <param name="Columns">One number a column, i·KernelCount + k.</param>
internal sealed record UnitMap(int[] Rows, int[] Columns);
