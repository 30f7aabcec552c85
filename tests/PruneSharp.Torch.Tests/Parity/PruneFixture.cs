using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests.Parity;

/// <summary>Cases that PyTorch 1.13 computed, see Fixtures/make_torch_prune.py, and the layers that they prune.</summary>
internal static class PruneFixture
{
    private static readonly Dictionary<string, Func<nn.Module>> _layers = new()
    {
        ["linear"] = () => nn.Linear(7, 5),
        ["linear_no_bias"] = () => nn.Linear(7, 5, hasBias: false),
        ["conv1d"] = () => nn.Conv1d(4, 6, 3, groups: 2),
        ["conv2d"] = () => nn.Conv2d(3, 4, (2, 3)),
        ["conv2d_groups"] = () => nn.Conv2d(4, 6, (3, 2), groups: 2),
        ["conv3d"] = () => nn.Conv3d(2, 3, 2),
        ["conv_transpose2d"] = () => nn.ConvTranspose2d(4, 6, (2, 3), groups: 2),
        ["bilinear"] = () => nn.Bilinear(3, 4, 5),
        ["prelu"] = () => nn.PReLU(6),
        ["batch_norm"] = () => nn.BatchNorm2d(6),
    };

    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    private static string TensorFile { get; } = Path.Combine(Folder, "torch_prune.safetensors");

    /// <summary>Names of parameters, separated by spaces, and what was done to them.</summary>
    public static IReadOnlyDictionary<string, PruneCase[]> Cases { get; } = ReadCases();

    /// <summary>States, inputs, scores and results, for the current dispose scope.</summary>
    public static IReadOnlyDictionary<string, Tensor> Tensors() => ModuleState.Read(TensorFile);

    /// <summary>A layer such as <c>conv2d.float64</c> in the state that it had in Python, in evaluation mode.</summary>
    public static nn.Module Layer(string layer)
    {
        string[] parts = layer.Split('.');
        var module = _layers[parts[0]]().to(Enum.Parse<ScalarType>(parts[1], ignoreCase: true));
        ModuleState.Load(module, TensorFile, prefix: layer);
        module.eval();
        return module;
    }

    /// <summary>Carries out one step.</summary>
    public static void Apply(string step, IReadOnlyList<(nn.Module Module, string Name)> parameters, IReadOnlyDictionary<string, Tensor> tensors)
    {
        int colon = step.IndexOf(": ", StringComparison.Ordinal);
        var (module, name) = parameters[colon < 0 ? 0 : int.Parse(step[..colon], CultureInfo.InvariantCulture)];
        string[] words = step[(colon < 0 ? 0 : colon + 2)..].Split(' ');
        var scores = tensors.GetValueOrDefault(words[^1]);
        _ = words[0] switch
        {
            "l1" => prune.l1_unstructured(module, name, Amount.Parse(words[1]), scores),
            "ln" => prune.ln_structured(module, name, Amount.Parse(words[1]), Norm(words[2]), long.Parse(words[3], CultureInfo.InvariantCulture), scores),
            "custom" => prune.custom_from_mask(module, name, Mask(words[1], prune.effective(module, name).shape)),
            _ => module,
        };
        if (words[0] == "global")
            prune.global_unstructured(parameters, Amount.Parse(words[1]), scores is null ? null : new Dictionary<(nn.Module, string), Tensor> { [parameters[0]] = scores });
    }

    /// <summary>The bits of a mask in storage order, eight in a byte, the first one highest.</summary>
    public static string Hex(Tensor mask)
    {
        using var flat = mask.ne(0).contiguous();
        bool[] keep = [.. flat.data<bool>()];
        var bytes = new byte[(keep.Length + 7) / 8];
        for (int i = 0; i < keep.Length; i++)
            bytes[i / 8] |= (byte)(keep[i] ? 0x80 >> i % 8 : 0);
        return Convert.ToHexStringLower(bytes);
    }

    private static Tensor Mask(string hex, long[] shape)
    {
        var bytes = Convert.FromHexString(hex);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => bytes[i / 8] & 0x80 >> i % 8).Select(bit => bit == 0 ? 0f : 1f)]).reshape(shape);
    }

    private static double Norm(string n) => n switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(n, CultureInfo.InvariantCulture),
    };

    private static Dictionary<string, PruneCase[]> ReadCases()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "torch_prune.json")));
        return document.RootElement.GetProperty("cases").Deserialize<Dictionary<string, PruneCase[]>>(new JsonSerializerOptions(JsonSerializerOptions.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() })!;
    }
}
