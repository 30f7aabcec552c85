using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace PruneSharp.Kernels;

/// <summary>Times regions against ONNX Runtime's own kernels, in turn, on the shapes that the graph tells.</summary>
internal sealed class RegionJudge(LayerGraph graph, AccelerateOptions options, IDenseTimer timer)
{
    private const int WarmRuns = 2;
    private const int RunsPerBlock = 4;
    private const int MostBlocks = 5;
    private const double EnoughMilliseconds = 400;

    // A trial must not take the machine's memory: 512 MiB of inputs.
    private const double MostElements = 1 << 27;

    // A gain must be clear of the noise, for dense is what the user has otherwise.
    private const double MostTime = 0.96;

    private readonly Dictionary<string, RegionVerdict> _known = [];

    /// <summary>Judges a region.</summary>
    /// <param name="nodes">Its nodes in the graph, ascending.</param>
    public RegionVerdict Judge(ImmutableArray<int> nodes)
    {
        string key = string.Join(',', nodes);
        if (!_known.TryGetValue(key, out RegionVerdict? verdict)) _known[key] = verdict = Time(graph.Part(nodes));
        return verdict;
    }

    private RegionVerdict Time(LayerGraph region)
    {
        long[][] shapes = [.. region.Inputs.Select(input => NominalShape.Of(region, input))];
        if (shapes.Sum(Count) > MostElements) return new RegionVerdict(false, 0, "in a region whose inputs are too large for a trial");
        IDenseRun? dense = null;
        try
        {
            dense = timer.Prepare(region, shapes);
            if (dense is null) return new RegionVerdict(false, 0, "in a region that ONNX Runtime could not run alone for a trial");
            dense.Run();
        }
        catch (Exception error)
        {
            dense?.Dispose();
            return new RegionVerdict(false, 0, $"in a region that ONNX Runtime could not run alone for a trial: {error.Message.TrimEnd('.')}");
        }

        using (dense)
        {
            try
            {
                using SparseRun sparse = new(region, options, shapes);
                return Compare(dense, sparse);
            }
            catch (Exception error)
            {
                // Whatever it is, dense is what the user has otherwise.
                return RegionVerdict.Fails(error.Message.TrimEnd('.'));
            }
        }
    }

    private RegionVerdict Compare(IDenseRun dense, SparseRun sparse)
    {
        List<double> denseTimes = [];
        List<double> sparseTimes = [];
        long start = Stopwatch.GetTimestamp();
        for (int block = 0; block < MostBlocks && (block < 2 || Stopwatch.GetElapsedTime(start).TotalMilliseconds < EnoughMilliseconds); block++)
        {
            // In blocks: threads of the one side wait busily for a while after each run and would slow the other.
            Block(dense.Run, denseTimes);
            if (options.Threads == 1)
            {
                Block(() => sparse.Run(SerialRunner.Instance), sparseTimes);
            }
            else
            {
                using TeamRunner team = new(options.Threads);
                Block(() => sparse.Run(team), sparseTimes);
            }
        }

        double denseTime = Low(denseTimes);
        double sparseTime = Low(sparseTimes);
        string reason = string.Create(CultureInfo.InvariantCulture, $"in a region timed {(sparseTime <= denseTime * MostTime ? "" : "only ")}{denseTime / sparseTime:0.00}x as fast as dense ({denseTime:0.000} to {sparseTime:0.000} ms)");
        return new RegionVerdict(sparseTime <= denseTime * MostTime, denseTime - sparseTime, reason);
    }

    private static double Count(long[] shape) => shape.Aggregate(1.0, (count, size) => count * size);

    private static void Block(Action run, List<double> times)
    {
        for (int i = 0; i < WarmRuns; i++) run();
        for (int i = 0; i < RunsPerBlock; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    // The mean of the faster third: what other programs on the machine disturb least.
    private static double Low(List<double> times)
    {
        times.Sort();
        return times.Take(Math.Max(1, times.Count / 3)).Average();
    }
}
