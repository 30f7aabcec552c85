// load MODEL           loads a model of one matrix into ONNX Runtime on one thread and runs it; prints JSON
// pack MODEL OUT        packs without verification, and archives; prints JSON
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using PruneSharp;
using PruneSharp.Onnx;

const int Runs = 30;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["load", var model])
    Load(model);
else if (args is ["pack", var input, var output])
    Pack(input, output);
else
    throw new ArgumentException("Use load MODEL or pack MODEL OUT.");

static void Load(string model)
{
    var clock = Stopwatch.StartNew();
    using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    using var session = new InferenceSession(model, options);
    double load = clock.Elapsed.TotalMilliseconds;
    long peak = long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    var (name, info) = session.InputMetadata.First();
    var x = new float[info.Dimensions[^1]];
    for (int i = 0; i < x.Length; i++)
        x[i] = i % 7 - 3;
    using var value = OrtValue.CreateTensorValueFromMemory(x, [1, x.Length]);
    using var run = new RunOptions();
    var times = new List<double>();
    string digest = "";
    for (int i = 0; i < Runs; i++)
    {
        clock.Restart();
        using var outputs = session.Run(run, [name], [value], session.OutputNames);
        times.Add(clock.Elapsed.TotalMilliseconds);
        digest = Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(outputs[0].GetTensorDataAsSpan<float>())))[..16];
    }

    times.Sort();
    Console.WriteLine($$"""{"loadMilliseconds": {{load}}, "peakBytes": {{peak}}, "runMilliseconds": {{times[Runs / 2]}}, "outputs": "{{digest}}"}""");
}

static void Pack(string input, string output)
{
    double pack = double.MaxValue, archive = double.MaxValue;
    long bytes = new FileInfo(input).Length;
    for (int round = 0; round < 4; round++)
    {
        var clock = Stopwatch.StartNew();
        using (var model = OnnxModel.Open(input))
            OnnxPacker.Write(PackPlan.Of(model, new()), output, new() { Force = true });
        pack = Math.Min(pack, clock.Elapsed.TotalMilliseconds);
        using (var model = OnnxModel.Open(input))
        using (var stream = new MemoryStream())
        {
            var inputs = OnnxArchive.Inputs(PackPlan.Of(model, new()));
            clock.Restart();
            PszWriter.Write(stream, inputs);
        }

        archive = Math.Min(archive, clock.Elapsed.TotalMilliseconds);
    }

    Console.WriteLine($$"""{"packMegabytesPerSecond": {{bytes / 1e3 / pack}}, "archiveMegabytesPerSecond": {{bytes / 1e3 / archive}}}""");
}
