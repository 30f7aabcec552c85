using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A folder for one model; it goes when the test ends.</summary>
internal sealed class CaseFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    public string Save(ModelProto model)
    {
        string path = System.IO.Path.Combine(Path, "case.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
