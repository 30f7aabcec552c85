// Draws docs/schedules.svg, the schedules of sparsity over a training: dotnet run tools/schedules.cs
#:project ../src/PruneSharp/PruneSharp.csproj
#:property PublishAot=false
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using PruneSharp;

const int Steps = 1000;
const double Final = 0.95;
string path = Path.Combine(Path.GetDirectoryName(SourcePath())!, "..", "docs", "schedules.svg");
string svg = Plot.Draw(
[
    new("one-shot", "#888888", Schedule.OneShot(Final, Steps / 2)),
    new("constant", "#b07aa1", Schedule.Constant(Final, 0, Steps)),
    new("exponential", "#d9650a", Schedule.Exponential(Final, 0, Steps)),
    new("iterative", "#d93025", Schedule.Iterative(Final, 0, Steps, 5)),
    new("cubic", "#1a9850", Schedule.Cubic(Final, 0, Steps)),
    new("cosine", "#9467bd", Schedule.Cosine(Final, 0, Steps)),
    new("linear", "#2f80ed", Schedule.Linear(Final, 0, Steps)),
], Steps);
if (!args.Contains("--check"))
{
    File.WriteAllText(path, svg);
    return 0;
}

if (File.Exists(path) && File.ReadAllText(path) == svg)
    return 0;
Console.Error.WriteLine("docs/schedules.svg is not what tools/schedules.cs draws: run it and commit the result.");
return 1;

static string SourcePath([CallerFilePath] string path = "") => path;

internal sealed record Curve(string Name, string Color, Schedule Schedule);

// Colors and a grey for text and lines that are readable on white and on black.
internal static class Plot
{
    private const int Left = 56, Top = 16, Width = 560, Height = 300, LegendLeft = Left + Width + 20, LegendStep = 26;
    private const string Grey = "#808080";

    public static string Draw(IReadOnlyList<Curve> curves, int steps)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LegendLeft + 120} {Top + Height + 52}" font-family="sans-serif" font-size="13" fill="{Grey}">""").Append('\n');
        svg.Append("<title>Sparsity over the steps of a training, for each schedule, from 0 to 0.95</title>\n");
        for (int tenth = 0; tenth <= 10; tenth += 2)
        {
            Line(svg, Left, Y(tenth / 10.0), Left + Width, Y(tenth / 10.0));
            Text(svg, Left - 8, Y(tenth / 10.0) + 4, "end", $"{tenth * 10} %");
            Text(svg, X(tenth / 10.0), Top + Height + 20, "middle", $"{tenth * 10} %");
        }

        Text(svg, Left + Width / 2.0, Top + Height + 42, "middle", "part of the way from beginStep to endStep");
        svg.Append(CultureInfo.InvariantCulture, $"""<text transform="translate(14 {Top + Height / 2}) rotate(-90)" text-anchor="middle">sparsity</text>""").Append('\n');
        for (int i = 0; i < curves.Count; i++)
        {
            var curve = curves[i];
            svg.Append(CultureInfo.InvariantCulture, $"""<polyline fill="none" stroke="{curve.Color}" stroke-width="2.5" stroke-linejoin="round" points="{Points(curve.Schedule, steps)}"/>""").Append('\n');
            double y = Top + 14 + i * LegendStep;
            svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{LegendLeft}" y1="{y}" x2="{LegendLeft + 26}" y2="{y}" stroke="{curve.Color}" stroke-width="4"/>""").Append('\n');
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{LegendLeft + 34}" y="{y + 4}" fill="{curve.Color}">{curve.Name}</text>""").Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }

    // A hundred points for the smooth ones; jumps are upright.
    private static string Points(Schedule schedule, int steps)
    {
        var points = new List<string>();
        double before = schedule.Sparsity(0);
        for (int percent = 0; percent <= 100; percent++)
        {
            double now = schedule.Sparsity(percent * steps / 100);
            if (schedule.Name is "one-shot" or "iterative" && now != before)
                points.Add(Point(percent, before));
            if (schedule.Name is "cubic" or "polynomial" or "cosine" or "exponential" || now != before || percent is 0 or 100)
                points.Add(Point(percent, now));
            before = now;
        }

        return string.Join(' ', points);
    }

    private static string Point(int percent, double sparsity) => string.Create(CultureInfo.InvariantCulture, $"{X(percent / 100.0):0.#},{Y(sparsity):0.#}");

    private static double X(double progress) => Left + progress * Width;

    private static double Y(double sparsity) => Top + (1 - sparsity) * Height;

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{Grey}" stroke-opacity="0.35"/>""").Append('\n');

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}">{text}</text>""").Append('\n');
}
