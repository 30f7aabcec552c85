using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A 3×3 convolution with padding 1 and stride 1, and the Relu behind it where there is one.</summary>
internal sealed unsafe class NaiveConvolution(LayerGraph region)
{
    private readonly LayerConstant _weights = region.Constants[region.Nodes[0].Inputs[1]];
    private readonly bool _relu = region.Nodes.Length > 1;

    /// <summary>Runs it, one output channel of one picture in a piece.</summary>
    public void Run(IRegionTensors tensors, IParallelRunner runner)
    {
        var input = tensors.Input(0);
        var (batch, ins, height, width) = (input.Shape[0], (int)input.Shape[1], (int)input.Shape[2], (int)input.Shape[3]);
        int outs = (int)_weights.Shape[0];
        float* output = tensors.Output(0, [batch, outs, height, width]);
        runner.For((int)batch * outs, new Channel(this, input.Data, output, ins, outs, height, width));
    }

    private sealed class Channel(NaiveConvolution owner, float* x, float* y, int ins, int outs, int height, int width) : IParallelTask
    {
        private readonly float* _x = x;
        private readonly float* _y = y;

        public void Invoke(int index)
        {
            var w = owner._weights.Values.Span;
            int o = index % outs, area = height * width;
            float* picture = _x + (long)(index / outs) * ins * area;
            for (int at = 0; at < area; at++)
            {
                float sum = 0;
                for (int tap = 0; tap < ins * 9; tap++)
                {
                    int row = at / width + tap % 9 / 3 - 1, column = at % width + tap % 3 - 1;
                    if (row >= 0 && row < height && column >= 0 && column < width)
                        sum += w[o * ins * 9 + tap] * picture[tap / 9 * area + row * width + column];
                }

                _y[(long)index * area + at] = owner._relu ? MathF.Max(0, sum) : sum;
            }
        }
    }
}
