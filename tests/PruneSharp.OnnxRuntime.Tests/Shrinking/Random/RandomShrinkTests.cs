using System.Collections.Concurrent;
using CsCheck;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class RandomShrinkTests : IDisposable
{
    private const int Networks = 220;

    private const double LeastShrunk = 0.75;

    private readonly string _folder = Directory.CreateTempSubdirectory("random_shrink").FullName;

    /// <summary>PRUNESHARP_RANDOM_NETWORKS=first:count tries others than the usual ones, and goes on after failures.</summary>
    [Fact]
    public void A_random_part_of_a_random_network_goes_and_the_rest_computes_what_the_masked_network_does()
    {
        string? asked = Environment.GetEnvironmentVariable("PRUNESHARP_RANDOM_NETWORKS");
        var (first, count) = asked?.Split(':') is [var from, var number] ? (int.Parse(from), int.Parse(number)) : (0, Networks);
        var outcomes = new ConcurrentBag<RandomOutcome>();
        var failures = new ConcurrentBag<string>();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            var (network, plan) = Case(seed);
            try
            {
                outcomes.Add(new ShrinkLaws(network, plan, _folder).Check());
            }
            catch (Exception error)
            {
                failures.Add(new FailingCase(seed, network, plan, error).Reduced(_folder).ToString());
                if (asked is null)
                    loop.Stop();
            }
        });

        foreach (string line in Report(outcomes).Concat(failures))
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.Empty(failures);
        Assert.True(outcomes.Count(o => o.Hit.Count > 0) >= LeastShrunk * outcomes.Count, "Most networks lose nothing.");
        if (asked is null)
            Assert.Empty(outcomes.SelectMany(o => o.Written).Except(outcomes.SelectMany(o => o.Hit)));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private static (RandomNetwork Network, RandomPlan Plan) Case(int seed)
    {
        (RandomNetwork, RandomPlan)? made = null;
        Gen.Select(RandomNetwork.Gen, RandomPlan.Gen).Sample((network, plan) => { made = (network, plan); }, seed: new PCG(1, (ulong)seed).ToString(), iter: 1, threads: 1);
        return made!.Value;
    }

    private static IEnumerable<string> Report(IReadOnlyCollection<RandomOutcome> outcomes)
    {
        yield return $"{outcomes.Count} networks, {outcomes.Count(o => o.Hit.Count > 0)} of them lost something";
        foreach (string kind in outcomes.SelectMany(o => o.Written).Distinct().Order(StringComparer.Ordinal))
            yield return $"{kind}: {outcomes.Count(o => o.Written.Contains(kind))} written, {outcomes.Count(o => o.Hit.Contains(kind))} lost channels";
        foreach (var reason in outcomes.SelectMany(o => o.Refused).GroupBy(Reason).OrderByDescending(g => g.Count()))
            yield return $"{reason.Key}: {reason.Count()}";
    }

    // The kind of block whose weight stays, and why, without names.
    private static string Reason(RefusedFamily refused) => $"{string.Join('.', refused.Family.Split('.').SkipLast(1).TakeLast(1))} refused by {refused.Operator}: "
        + string.Join(' ', refused.Reason.Split(' ').Where(word => !word.Contains('.', StringComparison.Ordinal)));
}
