using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A smooth network of 20 weights in float64 with a batch, for numeric derivatives.</summary>
internal sealed class TinyNet : nn.Module<Tensor, Tensor>
{
    public readonly Parameter first = new(arange(-6, 6, dtype: float64).view(4, 3).mul(0.17).add(0.05));
    public readonly Parameter second = new(arange(-3, 5, dtype: float64).view(2, 4).mul(-0.23).add(0.1));

    private readonly Tensor _input = tensor(new double[,] { { 1, -0.5, 2 }, { 0.3, 1.1, -0.7 }, { -1.2, 0.4, 0.9 } });
    private readonly Tensor _target = tensor(new double[,] { { 1, 0 }, { 0, 1 }, { 0.5, -1 } });

    public TinyNet()
        : base("TinyNet") => RegisterComponents();

    public IReadOnlyList<Parameter> Weights => [first, second];

    public override Tensor forward(Tensor input) => input.mm(first.t()).tanh().mm(second.t());

    public Tensor Loss() => (call(_input) - _target).square().mean();

    /// <summary>Numeric derivative of a value by a gate c, at c = 1, that multiplies one weight.</summary>
    public double Slope(Parameter weight, long index, Func<double> value)
    {
        const double Step = 1e-5;
        double own = Values.Of(weight)[index];
        double above = At(own * (1 + Step)), below = At(own * (1 - Step));
        At(own);
        return (above - below) / (2 * Step);

        double At(double w)
        {
            using (no_grad())
                weight.view(-1)[index] = tensor(w, float64);
            return value();
        }
    }
}
