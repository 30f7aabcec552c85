using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>The configuration entries of a session's options, which are valid only while the provider is made.</summary>
internal sealed unsafe class SessionEntries(OrtTable api, void* sessionOptions)
{
    private const string Prefix = "ep.prunesharpsparse."; // ONNX Runtime puts the provider's name before its options, in lower case

    private readonly void* _options = sessionOptions;

    /// <summary>An option of our provider; null where it is not given.</summary>
    public string? Find(string name)
    {
        fixed (byte* key = Utf8.Terminated(Prefix + name))
        {
            int exists = 0;
            api.Check(((delegate* unmanaged<void*, byte*, int*, void*>)api[OrtSlot.HasSessionConfigEntry])(_options, key, &exists));
            if (exists == 0)
                return null;
            var get = (delegate* unmanaged<void*, byte*, byte*, nuint*, void*>)api[OrtSlot.GetSessionConfigEntry];
            nuint size = 0;
            api.Check(get(_options, key, null, &size));
            var value = new byte[size];
            fixed (byte* first = value)
            {
                api.Check(get(_options, key, first, &size));
                return OrtTable.Text(first);
            }
        }
    }
}
