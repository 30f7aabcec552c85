using System.CommandLine;
using System.Globalization;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>Arguments and options that several verbs take.</summary>
internal static class VerbOptions
{
    public static Argument<string> Model() => new("MODEL") { Description = "Path of an ONNX model." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object instead of text." };

    public static Option<string[]> Only() => new("--only")
    {
        Description = "Only layers or tensors whose name matches; a glob, or re:REGEX. May be repeated.",
        HelpName = "PATTERN",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string[]> Skip() => new("--skip")
    {
        Description = "Leave alone layers or tensors whose name matches; a glob, or re:REGEX. May be repeated.",
        HelpName = "PATTERN",
    };

    public static Option<ulong> Seed(string what) => new("--seed") { Description = what, HelpName = "N", DefaultValueFactory = _ => 0 };

    public static Option<string> Criterion() => new Option<string>("--criterion")
    {
        Description = "How weights are scored.",
        DefaultValueFactory = _ => "l1",
    }.AcceptOnlyFromAmong("l1", "l2", "random");

    public static Option<string[]> Dim() => new("--dim") { Description = "Size of a dynamic dimension. May be repeated.", HelpName = "NAME=SIZE" };

    public static Option<string> Range() => new("--range") { Description = "Range of generated numbers. [default: 0:1]", HelpName = "LOW:HIGH" };

    public static InputRange RangeOf(string? text)
    {
        if (text is null)
            return new();
        if (text.Split(':') is [var low, var high]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out double from)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out double to))
            return new(from, to);
        throw new FormatException($"--range {text}: use LOW:HIGH, like --range 0:255.");
    }

    /// <summary>The files that make up a model: none of them may become an output.</summary>
    public static IReadOnlyList<string> FilesOf(string path)
    {
        using var model = OnnxModel.Open(path);
        return [path, .. model.ExternalFiles];
    }

    public static Criterion CriterionOf(string name, ulong seed) => name switch
    {
        "l2" => PruneSharp.Criterion.L2,
        "random" => PruneSharp.Criterion.Random(seed),
        _ => PruneSharp.Criterion.L1,
    };

    public static Dictionary<string, int> DimsOf(string[]? texts)
    {
        var dims = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string text in texts ?? [])
        {
            int sign = text.LastIndexOf('=');
            if (sign < 1 || !int.TryParse(text[(sign + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size < 1)
                throw new FormatException($"--dim {text}: use NAME=SIZE with a size of at least 1, like --dim batch=4.");
            dims[text[..sign]] = size;
        }

        return dims;
    }
}
