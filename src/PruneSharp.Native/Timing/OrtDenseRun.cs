using System.Runtime.InteropServices;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>A session of ONNX Runtime with inputs that stay, and outputs that are kept from its first run, so that the others take no memory.</summary>
internal sealed unsafe class OrtDenseRun(OrtTable api, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs) : IDenseRun
{
    private const int Float = 1;
    private const int ErrorLevel = 3;
    private const nuint Alignment = 64;

    private readonly nint[] _names = [.. inputs.Concat(outputs).Select(Marshal.StringToCoTaskMemUTF8)];
    private readonly nint[] _values = new nint[inputs.Count + outputs.Count];
    private readonly List<nint> _memory = [];
    private void* _env;
    private void* _session;

    /// <summary>Loads the model.</summary>
    public void Open(ReadOnlySpan<byte> model, int threads)
    {
        void* env = null, options = null, session = null;
        api.Check(((delegate* unmanaged<int, byte*, void**, void*>)api[OrtSlot.CreateEnv])(ErrorLevel, Utf8.Literal(ProviderNames.Provider), &env));
        _env = env; // the one of the process; this adds an owner
        api.Check(((delegate* unmanaged<void**, void*>)api[OrtSlot.CreateSessionOptions])(&options));
        try
        {
            api.Check(((delegate* unmanaged<void*, int, void*>)api[OrtSlot.SetIntraOpNumThreads])(options, threads));
            api.Check(((delegate* unmanaged<void*, int, void*>)api[OrtSlot.SetSessionLogSeverityLevel])(options, ErrorLevel + 1));
            fixed (byte* first = model)
                api.Check(((delegate* unmanaged<void*, void*, nuint, void*, void**, void*>)api[OrtSlot.CreateSessionFromArray])(env, first, (nuint)model.Length, options, &session));
            _session = session;
        }
        finally
        {
            Release(OrtSlot.ReleaseSessionOptions, options);
        }
    }

    /// <summary>Makes random inputs and runs once.</summary>
    public void Bind(IReadOnlyList<long[]> shapes)
    {
        void* cpu = null;
        api.Check(((delegate* unmanaged<int, int, void**, void*>)api[OrtSlot.CreateCpuMemoryInfo])(0, 0, &cpu));
        try
        {
            var random = new Random(0);
            for (int i = 0; i < shapes.Count; i++)
                _values[i] = Tensor(cpu, shapes[i], random);
        }
        finally
        {
            Release(OrtSlot.ReleaseMemoryInfo, cpu);
        }

        Run();
    }

    /// <inheritdoc/>
    public void Run()
    {
        fixed (nint* names = _names, values = _values)
        {
            nuint inputCount = (nuint)inputs.Count, outputCount = (nuint)outputs.Count;
            api.Check(((delegate* unmanaged<void*, void*, nint*, nint*, nuint, nint*, nuint, nint*, void*>)api[OrtSlot.Run])(
                _session, null, names, values, inputCount, names + inputCount, outputCount, values + inputCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint value in _values)
            Release(OrtSlot.ReleaseValue, (void*)value);
        Release(OrtSlot.ReleaseSession, _session);
        Release(OrtSlot.ReleaseEnv, _env);
        foreach (nint memory in _memory)
            NativeMemory.AlignedFree((void*)memory);
        foreach (nint name in _names)
            Marshal.FreeCoTaskMem(name);
    }

    private nint Tensor(void* cpu, long[] shape, Random random)
    {
        long length = 1;
        foreach (long size in shape)
            length = checked(length * size);
        nuint bytes = checked((nuint)length * sizeof(float));
        var data = (float*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        _memory.Add((nint)data);
        for (long i = 0; i < length; i++)
            data[i] = random.NextSingle() * 2 - 1;
        void* value = null;
        fixed (long* dims = shape)
            api.Check(((delegate* unmanaged<void*, void*, nuint, long*, nuint, int, void**, void*>)api[OrtSlot.CreateTensorWithDataAsOrtValue])(cpu, data, bytes, dims, (nuint)shape.Length, Float, &value));
        return (nint)value;
    }

    private void Release(OrtSlot slot, void* what)
    {
        if (what is not null)
            ((delegate* unmanaged<void*, void>)api[slot])(what);
    }
}
