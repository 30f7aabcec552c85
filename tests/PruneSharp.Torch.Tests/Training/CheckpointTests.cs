using System.Diagnostics;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class CheckpointTests : IDisposable
{
    private const string Loop = "PRUNESHARP_TEST_CHECKPOINT_LOOP";

    private readonly TemporaryFolder _folder = new();

    private string Saved => _folder["run.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Trainee.Optimizers), MemberType = typeof(Trainee))]
    public void A_run_that_is_resumed_gives_the_bits_of_one_that_never_stopped(string optimizer) => AssertResumes(optimizer, () => new Magnitude());

    [Fact]
    public void Weights_kept_aside_and_what_a_method_keeps_come_back() => AssertResumes("momentum", () => new Keeping());

    [Fact]
    public void A_pruner_without_an_optimizer_comes_back() => AssertResumes("none", () => new Magnitude());

    [Fact]
    public void Load_into_the_same_pruner_goes_back_to_the_checkpoint()
    {
        using var trainee = new Trainee(1, "momentum", new Keeping());
        trainee.Pruner.save(Saved);
        trainee.Train(12);
        var first = trainee.Bits;
        trainee.Pruner.load(Saved);
        Assert.Equal((0, 0), (trainee.Pruner.StepCount, trainee.Pruner.LearningRateStep));
        Assert.Empty(trainee.Pruner.Layers[0].State);
        trainee.Train(12);
        Trainee.AssertSame(first, trainee.Bits);
    }

    [Fact]
    public void Learning_rates_of_groups_and_weights_without_a_place_in_the_plan_come_back()
    {
        var plan = Trainee.Cubic with { Targets = new() { Skip = ["4"] } };
        using var trainee = new Trainee(1, "groups", plan: plan);
        trainee.Train(3);
        trainee.Optimizer!.ParamGroups.First().LearningRate = 0.003;
        trainee.Optimizer!.ParamGroups.Last().LearningRate = 0.007;
        trainee.Pruner.save(Saved);
        using var other = new Trainee(2, "groups", plan: plan);
        other.Pruner.load(Saved);
        Assert.Equal([0.003, 0.007], other.Optimizer!.ParamGroups.Select(g => g.LearningRate));
        Trainee.AssertSame(trainee.Bits, other.Bits);
    }

    [Fact]
    public void Save_refuses_NaN_and_keeps_the_old_file()
    {
        using var trainee = new Trainee(1);
        trainee.Train(3);
        trainee.Pruner.save(Saved);
        byte[] before = File.ReadAllBytes(Saved);
        using (no_grad())
            trainee.Model.get_submodule("0").get_parameter("bias")!.fill_(float.NaN);
        Assert.Contains("model.0.bias", Assert.Throws<NonFiniteTrainingException>(() => trainee.Pruner.save(Saved, force: true)).Message);
        Assert.Equal(before, File.ReadAllBytes(Saved));
        trainee.Pruner.load(Saved);
        trainee.Train(1);
        Assert.Equal(["run.safetensors"], _folder.Files);
    }

    [Fact]
    public void Save_replaces_a_file_by_force_only_and_not_after_the_end()
    {
        using var trainee = new Trainee(1);
        trainee.Pruner.save(Saved);
        Assert.Throws<IOException>(() => trainee.Pruner.save(Saved));
        trainee.Pruner.save(Saved, force: true);
        trainee.Pruner.finish();
        Assert.Throws<InvalidOperationException>(() => trainee.Pruner.save(Saved, force: true));
        Assert.Throws<InvalidOperationException>(() => trainee.Pruner.load(Saved));
    }

    [Fact]
    public void Another_plan_method_model_or_optimizer_is_refused_with_what_differs()
    {
        using (var trainee = new Trainee(1, "momentum", new Keeping()))
        {
            trainee.Train(5);
            trainee.Pruner.save(Saved);
        }

        Refused("\"finalSparsity\":0.8", new(2, "momentum", new Keeping(), Trainee.Cubic with { Schedule = Schedule.Cubic(0.7, 2, 30) }));
        Refused("another method. The file has keeping, the pruner magnitude", new(2, "momentum"));
        Refused("another Decay of method keeping. The file has 0.9, the pruner 0.5", new(2, "momentum", new Keeping { Decay = 0.5 }));
        Refused("0.weight is Float32 [16, 8] in the file and Float32 [17, 8] here", new(2, "momentum", new Keeping(), width: 17));
        Refused("another optimizer. The file has SGD, the pruner Adam", new(2, "adam", new Keeping()));
        Refused("another optimizer. The file has SGD, the pruner none", new(2, "none", new Keeping()));
        Refused("another nesterov of the optimizer", new(2, "nesterov", new Keeping()));
        Refused("parameter groups. The file has 1, the pruner 2", new(2, "groups", new Keeping()));

        void Refused(string expected, Trainee other)
        {
            using (other)
            {
                var before = other.Bits;
                Assert.Contains(expected, Assert.Throws<ArgumentException>(() => other.Pruner.load(Saved)).Message);
                Trainee.AssertSame(before, other.Bits);
                other.Train(1);
            }
        }
    }

    [Fact]
    public void Buffers_that_no_state_dictionary_has_and_infinite_ones_come_back()
    {
        using Parts model = new(nn.Linear(4, 4)), other = new(nn.Linear(4, 4));
        foreach (var (parts, value) in new[] { (model, float.NegativeInfinity), (other, 0) })
            parts.register_buffer("hidden", full(3, value), persistent: false);
        using (var pruner = new Pruner(model, new() { Amount = 0.5 }))
            pruner.save(Saved);
        using var resumed = new Pruner(other, new() { Amount = 0.5 });
        resumed.load(Saved);
        Assert.Equal(Enumerable.Repeat(double.NegativeInfinity, 3), Values.Of(other.get_buffer("hidden")!));
        Values.Equal(model.get_submodule("0").get_parameter("weight")!, other.get_submodule("0").get_parameter("weight")!);
    }

    [Fact]
    public void A_plan_with_a_schedule_of_one_s_own_is_compared_by_its_text()
    {
        using var trainee = new Trainee(1, plan: new() { Schedule = new Ramp(2) { FinalSparsity = 0.5, BeginStep = 0, EndStep = 9 } });
        trainee.Train(4);
        trainee.Pruner.save(Saved);
        trainee.Train(2);
        trainee.Pruner.load(Saved);
        Assert.Equal(4, trainee.Pruner.StepCount);
        using var other = new Trainee(1, plan: new() { Schedule = new Ramp(3) { FinalSparsity = 0.5, BeginStep = 0, EndStep = 9 } });
        Assert.Contains("Slope = 2", Assert.Throws<ArgumentException>(() => other.Pruner.load(Saved)).Message);
    }

    [Fact]
    public void A_model_that_prune_masks_elsewhere_comes_back()
    {
        using Parts model = new(nn.Linear(4, 4), prune.l1_unstructured(nn.Linear(4, 4), "weight", 0.5)), other = new(nn.Linear(4, 4), prune.identity(nn.Linear(4, 4), "weight"));
        var plan = new Plan { Amount = 0.5, Targets = new() { Only = ["0"] } };
        using (var pruner = new Pruner(model, plan))
            pruner.save(Saved);
        using var resumed = new Pruner(other, plan);
        resumed.load(Saved);
        Values.Equal(model.call(ones(1, 4)), other.call(ones(1, 4)));
        Values.Equal(Values.Mask(model.get_submodule("1")), Values.Mask(other.get_submodule("1")));
    }

    [Fact]
    public void A_model_with_other_names_is_refused()
    {
        using var model = new Parts(nn.Linear(4, 4));
        using var longer = new Parts(nn.Linear(4, 4), nn.BatchNorm1d(4));
        using (var pruner = new Pruner(model, new() { Amount = 0.5 }))
            pruner.save(Saved);
        using var other = new Pruner(longer, new() { Amount = 0.5 });
        Assert.Contains("the file lacks model.1.weight", Assert.Throws<ArgumentException>(() => other.load(Saved)).Message);
        other.save(Saved, force: true);
        using var again = new Pruner(model, new() { Amount = 0.5 });
        Assert.Contains("the model lacks 1.weight", Assert.Throws<ArgumentException>(() => again.load(Saved)).Message);
    }

    [Fact]
    public void A_process_that_is_killed_while_it_saves_leaves_a_whole_file()
    {
        if (Environment.GetEnvironmentVariable(Loop) is { } path)
            SaveForEver(path);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Starts this program under its Linux name.");
        long latest = 0;
        foreach (int milliseconds in (int[])[3, 21, 40])
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "PruneSharp.Torch.Tests"), ["--filter-method", $"*{nameof(A_process_that_is_killed_while_it_saves_leaves_a_whole_file)}"]) { RedirectStandardOutput = true };
            start.Environment[Loop] = Saved;
            using var child = Process.Start(start)!;
            File.Delete(Saved);
            DateTime first = default;
            while (!File.Exists(Saved) || first == default || File.GetLastWriteTimeUtc(Saved) == first)
            {
                first = first == default && File.Exists(Saved) ? File.GetLastWriteTimeUtc(Saved) : first;
                Assert.False(child.WaitForExit(5), "The child ended by itself.");
            }

            child.WaitForExit(milliseconds);
            child.Kill();
            child.WaitForExit();

            using var wide = new Wide();
            wide.Pruner.load(Saved);
            latest = Math.Max(latest, wide.Pruner.StepCount);
            Assert.All(Values.Of(wide.Model.get_submodule("0").get_parameter("bias")!), v => Assert.Equal(wide.Pruner.StepCount, v));
        }

        Assert.True(latest > 0);
    }

    private static void SaveForEver(string path)
    {
        using var wide = new Wide();
        while (true)
        {
            using (no_grad())
                wide.Model.get_submodule("0").get_parameter("bias")!.fill_(wide.Pruner.StepCount);
            wide.Pruner.save(path, force: true);
            wide.Pruner.step();
        }
    }

    private void AssertResumes(string optimizer, Func<TrainingMethod> method)
    {
        using var whole = new Trainee(1, optimizer, method());
        whole.Train(40);
        using (var killed = new Trainee(1, optimizer, method()))
        {
            killed.Train(17);
            killed.Pruner.save(Saved);
        }

        using var resumed = new Trainee(99, optimizer, method());
        resumed.Pruner.load(Saved);
        Assert.Equal(17, resumed.Pruner.StepCount);
        resumed.Train(23);
        Trainee.AssertSame(whole.Bits, resumed.Bits);
        Assert.Equal(whole.Pruner.Sparsity.Layers, resumed.Pruner.Sparsity.Layers);
        Assert.Equal(0.8, resumed.Pruner.Sparsity.Sparsity, 0.01);
        Assert.Equal(40, resumed.Pruner.LearningRateStep);
    }

    private sealed record Ramp(double Slope) : Schedule
    {
        public override string Name => "ramp";

        protected override double Between(double progress) => FinalSparsity * Math.Min(1, progress * Slope);
    }

    private sealed class Wide : IDisposable
    {
        public readonly Parts Model = new(nn.Linear(1000, 1000));

        public readonly Pruner Pruner;

        public Wide() => Pruner = new(Model, new() { Amount = 0.5 }, optim.Adam(Model.parameters()));

        public void Dispose() => Pruner.Dispose();
    }
}
