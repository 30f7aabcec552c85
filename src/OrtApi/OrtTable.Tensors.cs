namespace PruneSharp.OrtApi;

/// <content>Tensors of a kernel's context.</content>
internal sealed unsafe partial class OrtTable
{
    private const int Float = 1;

    /// <summary>An input of a kernel; null for an absent one.</summary>
    public void* Input(void* context, int index)
    {
        void* value = null;
        Check(((delegate* unmanaged<void*, nuint, void**, void*>)this[OrtSlot.KernelContext_GetInput])(context, (nuint)index, &value));
        return value;
    }

    /// <summary>Memory for an output of a kernel; null for one that nobody wants.</summary>
    public void* Output(void* context, int index, ReadOnlySpan<long> shape)
    {
        void* value = null;
        fixed (long* dims = shape)
            Check(((delegate* unmanaged<void*, nuint, long*, nuint, void**, void*>)this[OrtSlot.KernelContext_GetOutput])(context, (nuint)index, dims, (nuint)shape.Length, &value));
        return value;
    }

    /// <summary>The first element of a tensor.</summary>
    public void* Data(void* value)
    {
        void* data = null;
        Check(((delegate* unmanaged<void*, void**, void*>)this[OrtSlot.GetTensorMutableData])(value, &data));
        return data;
    }

    /// <summary>The shape of a float32 tensor; null for other types.</summary>
    public long[]? FloatShape(void* value)
    {
        void* info = null;
        Check(((delegate* unmanaged<void*, void**, void*>)this[OrtSlot.GetTensorTypeAndShape])(value, &info));
        try
        {
            return IsFloat(info) ? Dims(info) : null;
        }
        finally
        {
            ((delegate* unmanaged<void*, void>)this[OrtSlot.ReleaseTensorTypeAndShapeInfo])(info);
        }
    }

    /// <summary>Whether a type and shape says float32.</summary>
    public bool IsFloat(void* info)
    {
        int type = 0;
        Check(((delegate* unmanaged<void*, int*, void*>)this[OrtSlot.GetTensorElementType])(info, &type));
        return type == Float;
    }

    /// <summary>The dimensions of a type and shape; -1 where one is not fixed.</summary>
    public long[] Dims(void* info)
    {
        nuint rank = 0;
        Check(((delegate* unmanaged<void*, nuint*, void*>)this[OrtSlot.GetDimensionsCount])(info, &rank));
        var dims = new long[rank];
        fixed (long* first = dims)
            Check(((delegate* unmanaged<void*, long*, nuint, void*>)this[OrtSlot.GetDimensions])(info, first, rank));
        return dims;
    }

    /// <summary>An integer attribute of a kernel's node.</summary>
    public long Integer(void* kernelInfo, ReadOnlySpan<byte> name)
    {
        long value = 0;
        fixed (byte* text = name)
            Check(((delegate* unmanaged<void*, byte*, long*, void*>)this[OrtSlot.KernelInfoGetAttribute_int64])(kernelInfo, text, &value));
        return value;
    }
}
