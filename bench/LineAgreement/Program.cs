// How many lines of the unpruned M-LSD tiny the pruned one still finds, on drawn pictures:
//   dotnet run -c Release --project bench/LineAgreement -- models/mlsd_tiny.onnx [PLAN ...]
// Pictures for a scan (others than those it is judged on):
//   dotnet run -c Release --project bench/LineAgreement -- pictures OUT.npz
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using PruneSharp;
using PruneSharp.Bench.LineAgreement;
using PruneSharp.Onnx;

const int Pictures = 10;
const float Cells = 4;
if (args is ["pictures", var npz])
{
    WritePictures(npz);
    return;
}

string model = args[0], folder = Directory.CreateTempSubdirectory("line-agreement-").FullName;
using var dense = new LineDetector(model);
Console.WriteLine($"{Pictures} drawn pictures, a line agrees when both ends lie within {Cells} of 160 cells");
Console.WriteLine("plan                sparsity  lines dense  found again  agreement  extra lines");
foreach (var allocation in new[] { Allocation.Global, Allocation.Local, Allocation.Lamp, Allocation.Erk })
    foreach (double amount in new[] { 0.1, 0.2, 0.3, 0.4, 0.5 })
        Judge($"{allocation.Name} {amount.ToString(CultureInfo.InvariantCulture)}", new() { Allocation = allocation, Amount = amount, Targets = Recipe.Targets });
foreach (string path in args.Skip(1))
    Judge(Path.GetFileName(path), PlanJson.Read(File.ReadAllText(path)));
Directory.Delete(folder, recursive: true);

void Judge(string name, Plan plan)
{
    string path = Path.Combine(folder, "pruned.onnx");
    var report = OnnxPruner.Prune(model, path, plan, new() { Force = true });
    using var pruned = new LineDetector(path);
    int lines = 0, again = 0, extra = 0;
    for (int seed = 0; seed < Pictures; seed++)
    {
        var picture = Picture.Draw(seed);
        List<float[]> a = dense.Find(picture), b = pruned.Find(picture);
        lines += a.Count;
        again += LineDetector.Matches(a, b, Cells);
        extra += b.Count - LineDetector.Matches(b, a, Cells);
    }

    double sparsity = (double)report.Zeros / report.Parameters;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}  {sparsity,8:P1}  {lines,11}  {again,11}  {(double)again / lines,9:P1}  {extra,11}"));
}

static void WritePictures(string path)
{
    const int Count = 4;
    using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
    using var stream = archive.CreateEntry("input_image_with_alpha:0.npy").Open();
    byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Count}, {Picture.Size}, {Picture.Size}, 4), }}\n");
    stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header]);
    for (int seed = 0; seed < Count; seed++)
        stream.Write(MemoryMarshal.AsBytes(Picture.Draw(1000 + seed).AsSpan()));
}
