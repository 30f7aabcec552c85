/// <summary>One network as files, beside the dense one of the same seed.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">The recipe.</param>
/// <param name="Sparsity">What the recipe takes.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="DenseAccuracy">Percent of the test pictures, in ONNX Runtime.</param>
/// <param name="PrunedAccuracy">The same, pruned and without dead units.</param>
/// <param name="DenseBytes">Bytes of the dense file.</param>
/// <param name="MacsBefore">Multiply-accumulates of one picture, dense.</param>
/// <param name="MacsAfter">The same without dead units, zeros included.</param>
/// <param name="ShrunkSpeedRatio">Time of 64 pictures dense / without dead units, both with ONNX Runtime's own kernels on one thread; 10th percentiles.</param>
/// <param name="SparseSpeedRatio">The same, dense / packed in 4 bits with the sparse kernels.</param>
/// <param name="Packed">Packed in several ways.</param>
internal sealed record DeployedRow(
    string Model, string Method, double Sparsity, int Seed,
    double DenseAccuracy, double PrunedAccuracy,
    long DenseBytes, long MacsBefore, long MacsAfter, double ShrunkSpeedRatio, double SparseSpeedRatio, IReadOnlyList<PackedRow> Packed);
