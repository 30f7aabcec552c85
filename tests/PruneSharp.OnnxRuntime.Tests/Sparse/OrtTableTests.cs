using System.Runtime.InteropServices;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The self-check, fed with tables that are none of ONNX Runtime's.</summary>
public sealed unsafe class OrtTableTests
{
    [Fact]
    public void Open_current_runtime_is_accepted_for_both_uses()
    {
        Assert.StartsWith("1.", SparseOperator.Instance.Api.Version, StringComparison.Ordinal);
        nint library = NativeLibrary.Load("onnxruntime", typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly, null);
        var getBase = (delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        Assert.Equal(23u, OrtTable.Open(getBase(), OrtNeed.ExecutionProvider).ApiVersion);
    }

    [Fact]
    public void Open_old_runtime_is_refused_with_both_versions()
    {
        var error = Refused(&Version16, &FullTable, OrtNeed.CustomOperators);
        Assert.Contains("1.17", error.Message, StringComparison.Ordinal);
        Assert.Contains("1.16.3", error.Message, StringComparison.Ordinal);
        Assert.Contains("1.23", Refused(&Version17, &FullTable, OrtNeed.ExecutionProvider).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_version_that_is_no_number_is_refused() =>
        Assert.Contains("'tomorrow'", Refused(&VersionWord, &FullTable, OrtNeed.CustomOperators).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_runtime_without_the_table_is_refused() =>
        Assert.Contains("version 17", Refused(&Version17, &NoTable, OrtNeed.CustomOperators).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_missing_function_is_named()
    {
        var error = Refused(&Version17, &TableWithHole, OrtNeed.CustomOperators);
        Assert.Contains($"{OrtSlot.KernelContext_ParallelFor} at position 274", error.Message, StringComparison.Ordinal);
    }

    private static NotSupportedException Refused(delegate* unmanaged<byte*> version, delegate* unmanaged<uint, void**> getApi, OrtNeed need)
    {
        void** apiBase = stackalloc void*[] { getApi, version };
        nint address = (nint)apiBase;
        return Assert.Throws<NotSupportedException>(() => { OrtTable.Open((void*)address, need); });
    }

    private static void** Table(int slots)
    {
        var table = (void**)NativeMemory.AllocZeroed(512, (nuint)sizeof(void*)); // as long as the process, as a runtime's is
        for (int i = 0; i < slots; i++)
            table[i] = (void*)1;
        return table;
    }

    [UnmanagedCallersOnly]
    private static byte* Version16() => Utf8.Literal("1.16.3\0"u8);

    [UnmanagedCallersOnly]
    private static byte* Version17() => Utf8.Literal("1.17.0\0"u8);

    [UnmanagedCallersOnly]
    private static byte* VersionWord() => Utf8.Literal("tomorrow\0"u8);

    [UnmanagedCallersOnly]
    private static void** FullTable(uint version) => Table(512);

    [UnmanagedCallersOnly]
    private static void** NoTable(uint version) => null;

    [UnmanagedCallersOnly]
    private static void** TableWithHole(uint version) => Table((int)OrtSlot.KernelContext_ParallelFor);
}
