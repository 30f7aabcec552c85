/// <summary>A dense network of the ledger that another one learns from.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Seed">Its seed; null: that of the run.</param>
internal sealed record Teacher(string Model, int? Seed = null);
