using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Files go from Python to TorchSharp and back. Run where Python has PyTorch (1.13 of Debian 12, or later).</summary>
public sealed class PythonStateTests
{
    private const string Net = "import sys, torch; from torch import nn; net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2)); ";

    private const string Same = """

        def same(a, b):
            assert list(a) == list(b), (list(a), list(b))
            for k in a:
                assert a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and torch.equal(a[k], b[k]), k

        """;

    [Fact]
    public void A_state_dict_of_Python_comes_back_the_same()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run(Net + "torch.save(net.state_dict(), sys.argv[1]); x = torch.rand(1, 3, 4, 4); torch.save({'x': x, 'y': net.eval()(x)}, sys.argv[2])",
            folder["python.pt"], folder["run.pt"]);

        using var scope = NewDisposeScope();
        using var net = nn.Sequential(("0", nn.Conv2d(3, 4, 3)), ("1", nn.BatchNorm2d(4)), ("2", nn.Flatten()), ("3", nn.Linear(16, 2)));
        Assert.True(ModuleState.Load(net, folder["python.pt"]).IsEmpty);
        net.eval();
        var run = ModuleState.Read(folder["run.pt"]);
        Assert.True(net.call(run["x"]).allclose(run["y"]));
        ModuleState.Save(net, folder["sharp.pth"]);

        PythonTorch.Run(Net + Same + """
            a, b = torch.load(sys.argv[1]), torch.load(sys.argv[2])
            same({k: a[k] for k in sorted(a)}, {k: b[k] for k in sorted(b)})
            net.load_state_dict(b)
            import zipfile
            assert zipfile.ZipFile(sys.argv[2]).testzip() is None
            """, folder["python.pt"], folder["sharp.pth"]);
    }

    [Fact]
    public void Every_dtype_and_view_of_Python_comes_back_the_same()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run("""
            import sys, torch
            d = {}
            for t in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool, torch.complex64, torch.complex128):
                a = (torch.rand(4, 6, 5) * 9).to(t)
                d.update({f"{t}.{k}": v for k, v in dict(a=a, tied=a, t=a.permute(2, 0, 1), cut=a[1:3, ::2, 2:], one=a[0, 0, 0], wide=a[0, :1].expand(3, 5), none=a[:0]).items()})
            d["large"] = torch.rand(300, 500).t()
            torch.save(d, sys.argv[1])
            """, folder["python.pt"]);

        using var scope = NewDisposeScope();
        ModuleState.Write(ModuleState.Read(folder["python.pt"]), folder["sharp.pt"]);
        PythonTorch.Run("import sys, torch" + Same + "same(torch.load(sys.argv[1]), torch.load(sys.argv[2]))", folder["python.pt"], folder["sharp.pt"]);
    }

    [Fact]
    public void Tied_tensors_are_tied_in_Python()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var weight = rand(3, 4);
        ModuleState.Write(new Dictionary<string, Tensor> { ["a"] = weight, ["b"] = weight, ["c"] = weight.clone() }, folder["tied.pt"]);
        PythonTorch.Run("""
            import sys, torch
            d = torch.load(sys.argv[1], weights_only=True)
            assert list(d) == ["a", "b", "c"] and torch.equal(d["a"], d["c"])
            assert d["a"].data_ptr() == d["b"].data_ptr() != d["c"].data_ptr()
            """, folder["tied.pt"]);
    }

    [Fact]
    public void A_checkpoint_of_Python_gives_its_module()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run(Net + """

            optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
            net(torch.rand(2, 3, 4, 4)).sum().backward()
            optimizer.step()
            torch.save({"epoch": 3, "model": nn.DataParallel(net).state_dict(), "optimizer": optimizer.state_dict(), "history": [0.5, 0.25]}, sys.argv[1])
            torch.save(net.state_dict(), sys.argv[2])
            """, folder["checkpoint.pt"], folder["net.pt"]);

        using var scope = NewDisposeScope();
        using var net = nn.Sequential(("0", nn.Conv2d(3, 4, 3)), ("1", nn.BatchNorm2d(4)), ("2", nn.Flatten()), ("3", nn.Linear(16, 2)));
        ModuleState.Load(net, folder["checkpoint.pt"], prefix: "model.module");
        foreach (var (name, tensor) in ModuleState.Read(folder["net.pt"]))
            Assert.True(tensor.Equals(net.state_dict()[name]), name);
    }
}
