namespace PruneSharp.OnnxRuntime;

/// <summary>How far a value of two forms of a model differs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Difference">max|a−b|; ∞ where one is NaN or the shapes differ.</param>
/// <param name="Scale">The largest absolute value of the reference or of the dense model, since masks may leave next to nothing of an output.</param>
internal sealed record ScaledDifference(string Name, double Difference, double Scale)
{
    /// <summary>The difference in parts of the scale; absolute where that is 0.</summary>
    public double Relative => Scale > 0 ? Difference / Scale : Difference;

    /// <summary>Compares values.</summary>
    /// <param name="name">Name of the value.</param>
    /// <param name="expected">The reference's.</param>
    /// <param name="found">The shrunk model's.</param>
    /// <param name="dense">The dense model's.</param>
    /// <param name="least">The least scale.</param>
    public static ScaledDifference Of(string name, double[] expected, double[] found, double[] dense, double least)
    {
        double scale = Math.Max(least, Math.Max(Largest(expected), Largest(dense)));
        return new(name, OutputDifference.Of(name, expected, found).MaxAbsDifference, scale);
    }

    private static double Largest(double[] values)
    {
        double largest = 0;
        foreach (double value in values)
            if (double.IsFinite(value))
                largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
