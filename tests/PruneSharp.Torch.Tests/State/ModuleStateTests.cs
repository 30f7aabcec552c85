using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class ModuleStateTests
{
    public static TheoryData<string> Endings => [".safetensors", ".pt", ".pth"];

    [Theory]
    [MemberData(nameof(Endings))]
    public void Load_gives_back_what_Save_wrote(string ending)
    {
        using var folder = new TemporaryFolder();
        using var from = Net();
        using var to = Net();
        ModuleState.Save(from, folder["net" + ending]);
        Assert.True(ModuleState.Load(to, folder["net" + ending]).IsEmpty);
        AssertSame(from, to);
        Assert.All(to.parameters(), p => Assert.True(p.requires_grad));
        Assert.Equal(["net" + ending], folder.Files);
        var first = File.ReadAllBytes(folder["net" + ending]);
        ModuleState.Save(to, folder["net" + ending], force: true);
        Assert.Equal(first, File.ReadAllBytes(folder["net" + ending]));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Load_knows_files_by_content(string ending)
    {
        using var folder = new TemporaryFolder();
        using var from = Net();
        using var to = Net();
        ModuleState.Save(from, folder["net" + ending]);
        File.Move(folder["net" + ending], folder["weights.bin"]);
        ModuleState.Load(to, folder["weights.bin"]);
        AssertSame(from, to);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Load_converts_as_copy_does(string ending)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        ModuleState.Write(new Dictionary<string, Tensor> { ["weight"] = tensor(new[,] { { 1.5, 2.1, -0.3 } }) }, folder["w" + ending]);
        var module = nn.Linear(3, 1, hasBias: false, dtype: ScalarType.BFloat16);
        ModuleState.Load(module, folder["w" + ending]);
        Assert.Equal(ScalarType.BFloat16, module.weight.dtype);
        Assert.True(module.weight.Equals(tensor(new[,] { { 1.5, 2.1, -0.3 } }).to(ScalarType.BFloat16)));
    }

    [Fact]
    public void Load_writes_into_tensors_of_any_strides()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var values = arange(6, ScalarType.Float32).reshape(2, 3);
        ModuleState.Write(new Dictionary<string, Tensor> { ["weight"] = values }, folder["w.pt"]);
        var module = nn.Linear(3, 2, hasBias: false);
        module.weight = new(zeros(3, 2).t());
        ModuleState.Load(module, folder["w.pt"]);
        Assert.Equal([1L, 2], module.weight!.stride());
        Assert.True(module.weight.Equals(values));
    }

    [Fact]
    public void Load_lists_every_difference_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var module = Net();
        var before = Copy(module);
        var state = new Dictionary<string, Tensor>(before) { ["0.weight"] = zeros(5, 4), ["extra"] = ones(1), ["more"] = ones(2) };
        state.Remove("0.bias");
        state.Remove("1.running_var");
        foreach (string ending in (string[])[".safetensors", ".pt"])
        {
            ModuleState.Write(state, folder["net" + ending]);
            var error = Assert.Throws<StateMismatchException>(() => ModuleState.Load(module, folder["net" + ending]));
            Assert.Equal(["0.bias", "1.running_var"], error.Difference.Missing);
            Assert.Equal(["extra", "more"], error.Difference.Unexpected.Order());
            Assert.Equal("0.weight", Assert.Single(error.Difference.Reshaped).Name);
            Assert.Contains("2 missing in the file: 0.bias; 1.running_var", error.Message);
            Assert.Contains("2 unexpected in the file: ", error.Message);
            Assert.Contains("1 of another shape: 0.weight [5, 4], expected [4, 5]", error.Message);

            // Shapes must agree in any case; names need not.
            Assert.Throws<StateMismatchException>(() => ModuleState.Load(module, folder["net" + ending], strict: false));
            AssertSame(before, module.state_dict());
        }

        state["0.weight"] = zeros(4, 5);
        ModuleState.Write(state, folder["net.pt"], force: true);
        var difference = ModuleState.Load(module, folder["net.pt"], strict: false);
        Assert.Equal((2, 2, 0), (difference.Missing.Count, difference.Unexpected.Count, difference.Reshaped.Count));
        Assert.Equal(0f, module.state_dict()["0.weight"].abs().sum().item<float>());
        Assert.True(before["0.bias"].Equals(module.state_dict()["0.bias"]));
    }

    [Fact]
    public void Load_changes_nothing_where_one_tensor_has_a_dtype_that_TorchSharp_lacks()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var module = nn.Linear(2, 1);
        var before = Copy(module);
        using (var file = File.Create(folder["f8.safetensors"]))
        {
            SafetensorsWriter.Write(file, [new("weight", SafetensorsType.F32, [1, 2], 8, s => s.Write(new byte[8])), new("bias", SafetensorsType.F8E4M3, [1], 1, s => s.WriteByte(0))],
                cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Contains("tensor bias has dtype F8_E4M3, which TorchSharp lacks", Assert.Throws<InvalidModelException>(() => ModuleState.Load(module, folder["f8.safetensors"])).Message);
        Assert.Throws<InvalidModelException>(() => ModuleState.Read(folder["f8.safetensors"]));
        AssertSame(before, module.state_dict());
    }

    [Fact]
    public void Load_takes_a_part_of_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var from = Net();
        using var to = Net();
        ModuleState.Write(from.state_dict().ToDictionary(s => "model." + s.Key, s => s.Value), folder["all.pt"]);
        var error = Assert.Throws<StateMismatchException>(() => ModuleState.Load(to, folder["all.pt"]));
        Assert.Contains("The file has model.0.weight: is the module's state under prefix: \"model\"?", error.Message);
        ModuleState.Load(to, folder["all.pt"], prefix: "model");
        AssertSame(from, to);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Load_tells_autograd_that_values_changed(string ending)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var module = nn.Linear(2, 1);
        ModuleState.Save(module, folder["net" + ending]);
        var loss = module.weight.square().sum();
        ModuleState.Load(module, folder["net" + ending]);
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<Exception>(() => loss.backward()).Message);
    }

    [Fact]
    public void Save_stores_tied_tensors_once_in_pt_files()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var weight = rand(100, 100);
        var state = new Dictionary<string, Tensor> { ["a"] = weight, ["b"] = weight, ["c"] = weight.alias(), ["part"] = weight[1], ["flat"] = weight.view(-1) };
        ModuleState.Write(state, folder["tied.pt"]);
        ModuleState.Write(state, folder["tied.safetensors"]);
        Assert.InRange(new FileInfo(folder["tied.pt"]).Length, 80_000, 90_000);
        AssertSame(state, ModuleState.Read(folder["tied.pt"]));
        AssertSame(state, ModuleState.Read(folder["tied.safetensors"]));
    }

    [Fact]
    public void Load_of_a_mask_with_other_numbers_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var module = prune.identity(nn.Linear(3, 2), "weight");
        using var before = module.weight.detach().clone();
        string path = folder["half.safetensors"];
        ModuleState.Write(new Dictionary<string, Tensor> { ["bias"] = zeros(2), ["weight_orig"] = ones(2, 3), ["weight_mask"] = ones(2, 3) * 0.5 }, path);
        Assert.Contains("weight_mask[0] is 0.5", Assert.Throws<InvalidModelException>(() => ModuleState.Load(module, path)).Message);
        Values.Equal(before, module.weight.detach());
    }

    [Fact]
    public void Load_says_what_to_do_where_one_side_is_pruned()
    {
        using var folder = new TemporaryFolder();
        var pruned = prune.l1_unstructured(nn.Linear(3, 2), "weight", 2);
        ModuleState.Save(pruned, folder["pruned.pt"]);
        ModuleState.Save(nn.Linear(3, 2), folder["plain.pt"]);
        Assert.Contains("prune.identity(…) on weight", Assert.Throws<StateMismatchException>(() => ModuleState.Load(nn.Linear(3, 2), folder["pruned.pt"])).Message);
        Assert.Contains("load before pruning", Assert.Throws<StateMismatchException>(() => ModuleState.Load(pruned, folder["plain.pt"])).Message);
    }

    [Fact]
    public void Pretrained_embeddings_are_saved_and_loaded_as_they_compute()
    {
        using var folder = new TemporaryFolder();
        var module = nn.Embedding_from_pretrained(ones(4, 3));
        ModuleState.Save(module, folder["a.pt"]);
        var other = nn.Embedding_from_pretrained(zeros(4, 3));
        ModuleState.Load(other, folder["a.pt"]);
        Values.Equal(ones(4, 3), other.call(arange(4)));
    }

    [Fact]
    public void Pruned_modules_that_were_moved_are_saved_and_loaded_by_their_names()
    {
        using var folder = new TemporaryFolder();
        var module = prune.l1_unstructured(nn.Linear(3, 2), "weight", 2);
        string path = folder["a.safetensors"];
        module.to(ScalarType.Float64);
        ModuleState.Save(module, path);
        using (var read = NewDisposeScope())
            Assert.Equal(["bias", "weight_mask", "weight_orig"], ModuleState.Read(path).Keys.Order());
        module.to(ScalarType.Float32);
        Assert.True(ModuleState.Load(module, path).IsEmpty);
    }

    [Fact]
    public void Save_refuses_existing_files_and_unknown_endings()
    {
        using var folder = new TemporaryFolder();
        using var module = Net();
        File.WriteAllText(folder["a.pt"], "old");
        Assert.Contains("pass force: true", Assert.Throws<IOException>(() => ModuleState.Save(module, folder["a.pt"])).Message);
        Assert.Equal("old", File.ReadAllText(folder["a.pt"]));
        Assert.Contains("expected .safetensors, .pt or .pth", Assert.Throws<ArgumentException>(() => ModuleState.Save(module, folder["a.bin"])).Message);
        Assert.Throws<DirectoryNotFoundException>(() => ModuleState.Save(module, Path.Combine(folder["no"], "a.pt")));
        Assert.Throws<IOException>(() => ModuleState.Save(module, Directory.CreateDirectory(folder["d.pt"]).FullName, force: true));
        Assert.Equal(["a.pt"], folder.Files);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Write_leaves_nothing_behind_where_a_tensor_cannot_be_saved(string ending)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        File.WriteAllText(folder["a" + ending], "old");
        Tensor[] refused = [ones(2, 2).to_sparse(), ones(2, device: META), quantize_per_tensor(ones(2), 0.1, 0, ScalarType.QInt8)];
        foreach (var tensor in refused)
        {
            var error = Assert.Throws<ArgumentException>(() => ModuleState.Write(new Dictionary<string, Tensor> { ["good"] = ones(1), ["bad"] = tensor }, folder["a" + ending], force: true));
            Assert.StartsWith("bad ", error.Message);
            Assert.Equal(["a" + ending], folder.Files);
            Assert.Equal("old", File.ReadAllText(folder["a" + ending]));
        }
    }

    [Fact]
    public void Load_names_files_that_are_none()
    {
        using var folder = new TemporaryFolder();
        using var module = Net();
        File.WriteAllText(folder["empty"], "");
        File.WriteAllText(folder["text"], "these are no weights");
        Assert.Contains("the file is empty", Assert.Throws<InvalidModelException>(() => ModuleState.Load(module, folder["empty"])).Message);
        Assert.Contains("Is this a safetensors file?", Assert.Throws<InvalidModelException>(() => ModuleState.Load(module, folder["text"])).Message);
        Assert.Throws<FileNotFoundException>(() => ModuleState.Read(folder["missing"]));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Read_follows_dispose_scopes_and_leaves_nothing_else(string ending)
    {
        using var folder = new TemporaryFolder();
        using var module = Net();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        ModuleState.Save(module, folder["net" + ending]);
        ModuleState.Load(module, folder["net" + ending]);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        Dictionary<string, Tensor> kept, lost;
        using (var scope = NewDisposeScope())
        {
            lost = ModuleState.Read(folder["net" + ending]);
            Assert.Equal(lost.Count, scope.DisposablesCount);
        }

        Assert.All(lost.Values, t => Assert.True(t.IsInvalid));
        kept = ModuleState.Read(folder["net" + ending]);
        Assert.Equal(before + kept.Count, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        foreach (var tensor in kept.Values)
            tensor.Dispose();
    }

    private static TorchSharp.Modules.Sequential Net() => nn.Sequential(("0", nn.Linear(5, 4)), ("1", nn.BatchNorm1d(4)), ("2", nn.Linear(4, 3)));

    private static Dictionary<string, Tensor> Copy(nn.Module module) => module.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone());

    private static void AssertSame(nn.Module expected, nn.Module actual) => AssertSame(expected.state_dict(), actual.state_dict());

    private static void AssertSame(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.True(tensor.dtype == actual[name].dtype && tensor.Equals(actual[name]), name);
        }
    }
}
