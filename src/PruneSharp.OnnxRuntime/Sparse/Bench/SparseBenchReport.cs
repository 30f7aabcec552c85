namespace PruneSharp.OnnxRuntime;

/// <summary>A model timed with ONNX Runtime's own kernels and with the sparse ones, in turn.</summary>
/// <param name="SchemaVersion">Version of this object's form: 1.</param>
/// <param name="Command">"bench".</param>
/// <param name="Model">The model.</param>
/// <param name="Against">The model that was timed densely.</param>
/// <param name="Threads">Threads of both sessions; 0 for as many as there are cores.</param>
/// <param name="DenseRuns">Timed runs of the dense model.</param>
/// <param name="SparseRuns">Timed runs with the sparse kernels.</param>
/// <param name="DenseMilliseconds">Median time of a dense run.</param>
/// <param name="SparseMilliseconds">Median time of a sparse run.</param>
/// <param name="DenseMillisecondsP10">10th percentile of the dense runs.</param>
/// <param name="SparseMillisecondsP10">10th percentile of the sparse runs.</param>
/// <param name="SpeedRatio">Ratio of the medians, dense by sparse.</param>
/// <param name="SpeedRatioP10">Ratio of the 10th percentiles: what a quiet machine shows.</param>
/// <param name="MaxAbsDifference">max|a−b| of the outputs of the model without and with the sparse kernels.</param>
/// <param name="MaxRelativeDifference">The same as a fraction of the output's largest value, for the worst output.</param>
/// <param name="Pass">Whether that is within the tolerance.</param>
/// <param name="RegionCount">Parts of the graph that the sparse kernels run.</param>
/// <param name="OtherMilliseconds">Time in those parts that belongs to no layer: pools, sums, activations that stand alone, and what brings values in and out.</param>
/// <param name="Layers">Every layer with constant weights.</param>
public sealed record SparseBenchReport(
    int SchemaVersion,
    string Command,
    string Model,
    string Against,
    int Threads,
    int DenseRuns,
    int SparseRuns,
    double DenseMilliseconds,
    double SparseMilliseconds,
    double DenseMillisecondsP10,
    double SparseMillisecondsP10,
    double SpeedRatio,
    double SpeedRatioP10,
    double MaxAbsDifference,
    double MaxRelativeDifference,
    bool Pass,
    int RegionCount,
    double OtherMilliseconds,
    IReadOnlyList<SparseBenchLayer> Layers);
