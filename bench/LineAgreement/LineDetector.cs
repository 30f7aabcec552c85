using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.Bench.LineAgreement;

/// <summary>Runs M-LSD and decodes its lines: each peak of the score map is a line's centre, the offsets lead to its two ends.</summary>
internal sealed class LineDetector(string path) : IDisposable
{
    private const int Map = 160;
    private const float LeastScore = 0.2f;
    private const float LeastLength = 10; // cells of the map

    private readonly InferenceSession _session = new(path, new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });

    public List<float[]> Find(float[] picture)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(picture, [1, Picture.Size, Picture.Size, 4]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, ["input_image_with_alpha:0"], [input], ["scores", "offsets"]);
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var offsets = outputs[1].GetTensorDataAsSpan<float>();
        var lines = new List<float[]>();
        for (int y = 0; y < Map; y++)
        {
            for (int x = 0; x < Map; x++)
            {
                if (scores[y * Map + x] < LeastScore || !IsPeak(scores, x, y))
                    continue;
                var o = offsets.Slice((y * Map + x) * 4, 4);
                float[] line = [x + o[0], y + o[1], x + o[2], y + o[3]];
                if (MathF.Sqrt(MathF.Pow(line[0] - line[2], 2) + MathF.Pow(line[1] - line[3], 2)) >= LeastLength)
                    lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>How many of the first lines have a partner among the second whose ends both lie within <paramref name="cells"/> of theirs.</summary>
    public static int Matches(List<float[]> lines, List<float[]> others, float cells) =>
        lines.Count(a => others.Any(b => Ends(a, b) <= cells || Ends(a, [b[2], b[3], b[0], b[1]]) <= cells));

    public void Dispose() => _session.Dispose();

    private static float Ends(float[] a, float[] b) => Math.Max(
        MathF.Sqrt(MathF.Pow(a[0] - b[0], 2) + MathF.Pow(a[1] - b[1], 2)),
        MathF.Sqrt(MathF.Pow(a[2] - b[2], 2) + MathF.Pow(a[3] - b[3], 2)));

    private static bool IsPeak(ReadOnlySpan<float> scores, int x, int y)
    {
        float score = scores[y * Map + x];
        for (int dy = -2; dy <= 2; dy++)
            for (int dx = -2; dx <= 2; dx++)
                if (y + dy is >= 0 and < Map && x + dx is >= 0 and < Map && scores[(y + dy) * Map + x + dx] > score)
                    return false;
        return true;
    }
}
