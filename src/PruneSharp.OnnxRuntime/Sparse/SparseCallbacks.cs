using System.Runtime.InteropServices;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime;

/// <summary>The functions that ONNX Runtime calls for nodes of <see cref="SparseOperator"/>. Any number of float32 tensors in and out.</summary>
internal static unsafe class SparseCallbacks
{
    private const int Float = 1;
    private const int Variadic = 2;

    /// <summary>The operator's description, which is never freed: sessions refer to it.</summary>
    public static OrtCustomOp* Describe(uint apiVersion)
    {
        var op = (OrtCustomOp*)NativeMemory.AllocZeroed((nuint)sizeof(OrtCustomOp));
        op->Version = apiVersion;
        op->GetName = &GetName;
        op->GetExecutionProviderType = &GetExecutionProviderType;
        op->GetInputType = &GetType;
        op->GetInputTypeCount = &One;
        op->GetOutputType = &GetType;
        op->GetOutputTypeCount = &One;
        op->GetInputCharacteristic = &GetCharacteristic;
        op->GetOutputCharacteristic = &GetCharacteristic;
        op->GetInputMemoryType = &GetMemoryType;
        op->GetVariadicInputMinArity = &True;
        op->GetVariadicInputHomogeneity = &True;
        op->GetVariadicOutputMinArity = &True;
        op->GetVariadicOutputHomogeneity = &True;
        op->CreateKernelV2 = &CreateKernel;
        op->KernelComputeV2 = &Compute;
        op->KernelDestroy = &Destroy;
        op->GetStartVersion = &True;
        op->GetEndVersion = &GetEndVersion;
        return op;
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtCustomOp* op) => Utf8.Literal("SparseRegion\0"u8);

    // Null: the CPU.
    [UnmanagedCallersOnly]
    private static byte* GetExecutionProviderType(OrtCustomOp* op) => null;

    [UnmanagedCallersOnly]
    private static int GetType(OrtCustomOp* op, nuint index) => Float;

    [UnmanagedCallersOnly]
    private static nuint One(OrtCustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int True(OrtCustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int GetCharacteristic(OrtCustomOp* op, nuint index) => Variadic;

    [UnmanagedCallersOnly]
    private static int GetMemoryType(OrtCustomOp* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int GetEndVersion(OrtCustomOp* op) => int.MaxValue;

    [UnmanagedCallersOnly]
    private static void* CreateKernel(OrtCustomOp* op, void* api, void* info, void** kernel)
    {
        var sparse = SparseOperator.Instance;
        try
        {
            var region = sparse.Take(sparse.Api.Integer(info, "region\0"u8));
            *kernel = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(region));
            return null;
        }
        catch (Exception error)
        {
            return sparse.Api.Status(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void* Compute(void* kernel, void* context) => ((RegionKernel)GCHandle.FromIntPtr((nint)kernel).Target!).Compute(SparseOperator.Instance.Api, context);

    [UnmanagedCallersOnly]
    private static void Destroy(void* kernel)
    {
        var handle = GCHandle.FromIntPtr((nint)kernel);
        ((RegionKernel)handle.Target!).Release();
        handle.Free();
    }
}
