namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A network and a plan that break a law.</summary>
internal sealed record FailingCase(int Seed, RandomNetwork Network, RandomPlan Plan, Exception Error)
{
    /// <summary>The same with as few blocks as still break one.</summary>
    public FailingCase Reduced(string folder)
    {
        for (int i = 0; i < Network.Blocks.Count; i++)
        {
            var fewer = Network with { Blocks = [.. Network.Blocks.Where((_, at) => at != i)] };
            try
            {
                new ShrinkLaws(fewer, Plan, folder).Check();
            }
            catch (Exception error) when (error.GetType() == Error.GetType())
            {
                return new FailingCase(Seed, fewer, Plan, error).Reduced(folder);
            }
            catch (Exception)
            {
                // Another failure is another case.
            }
        }

        return this;
    }

    public override string ToString() => $"seed {Seed}\n{Network}\n{Plan}\n{Error}\n";
}
