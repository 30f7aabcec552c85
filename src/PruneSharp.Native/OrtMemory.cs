using System.Buffers;

namespace PruneSharp.Native;

/// <summary>Float32 values in memory of ONNX Runtime, for as long as it says.</summary>
internal sealed unsafe class OrtMemory(float* data, int length) : MemoryManager<float>
{
    private readonly float* _data = data;

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(_data, length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_data + elementIndex);

    /// <inheritdoc/>
    public override void Unpin() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) { }
}
