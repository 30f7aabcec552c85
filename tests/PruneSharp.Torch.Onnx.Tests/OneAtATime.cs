// libtorch has one random generator for the process: tests that draw from it, or repeat it by a seed, would disturb each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
