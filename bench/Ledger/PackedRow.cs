/// <summary>A pruned network packed in one way.</summary>
/// <param name="Values">How values are stored.</param>
/// <param name="Accuracy">Percent of the test pictures, in ONNX Runtime.</param>
/// <param name="Bytes">Bytes of the file, which unpacks itself.</param>
/// <param name="ArchiveBytes">Bytes of the archive.</param>
internal sealed record PackedRow(string Values, double Accuracy, long Bytes, long ArchiveBytes);
