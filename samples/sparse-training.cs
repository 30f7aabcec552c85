#:project ../src/PruneSharp.Torch.Onnx
#:package libtorch-cpu-linux-x64
#:property CreateHardLinksForCopyLocalIfPossible=true
// Sparse training on made-up pictures: schedule, shared values, checkpoint, teacher, RigL, N:M, lottery ticket, filters:  dotnet run samples/sparse-training.cs
using PruneSharp;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int Count = 2048, BatchSize = 64, Classes = 10;
const long Steps = 400;
string folder = Directory.CreateTempSubdirectory("sparse-training-").FullName;
random.manual_seed(0);
set_num_threads(1); // tensors this small do not gain by more
using var images = randn(Count, 1, 8, 8);
using var labels = images.flatten(1).matmul(randn(64, Classes)).argmax(1);

using var dense = Network();
using (var adam = optim.Adam(dense.parameters(), 2e-3))
{
    for (long step = 0; step < Steps; step++)
        Step(dense, adam, null, step);
}

Show("dense", dense, null);

// The three lines.
using var model = Copy(dense);
using var optimizer = optim.Adam(model.parameters(), 1e-3);
var plan = new Plan { Schedule = Schedule.Cubic(0.9, beginStep: 0, endStep: 300) with { Frequency = 20 } };
using var pruner = new Pruner(model, plan, optimizer);      // 1
for (long step = 0; step < Steps; step++)
{
    using var scope = NewDisposeScope();
    var (input, label) = Batch(step);
    optimizer.zero_grad();
    nn.functional.cross_entropy(model.call(input), label).backward();
    optimizer.step();
    pruner.step();                                          // 2
}

SparsityReport reached = pruner.finish();                   // 3
Show("magnitude", model, reached);

// 16 values a layer, trained on: what `pack --values codebook:4` then stores is exactly this network.
using (var sharing = new WeightSharing(model, bits: 4))
{
    Show("16 values a layer", model, reached);
    for (long step = 0; step < Steps / 4; step++)
    {
        Step(model, optimizer, null, step);
        sharing.step();
    }
}

Show("the same, trained on", model, reached);

// With a teacher, TensorBoard and a checkpoint in the middle.
File.WriteAllText(Path.Combine(folder, "plan.json"), PlanJson.Write(plan));
var saved = PlanJson.Read(File.ReadAllText(Path.Combine(folder, "plan.json")));
string checkpoint = Path.Combine(folder, "training.safetensors");
using var student = Copy(dense);
using var studentOptimizer = optim.Adam(student.parameters(), 1e-3);
using var studentPruner = new Pruner(student, saved, studentOptimizer);
var writer = utils.tensorboard.SummaryWriter(Path.Combine(folder, "log"), createRunName: false);
studentPruner.Updated += report => writer.add_sparsity(report);
studentPruner.Updated += report => Console.WriteLine($"  step {report.Step}: {report.Sparsity:P1} pruned");

var distillation = new Distillation(dense) { Temperature = 4, Weight = 0.9 };
for (long step = 0; step < Steps; step++)
{
    using var scope = NewDisposeScope();
    var (input, label) = Batch(step);
    studentOptimizer.zero_grad();
    distillation.loss(input, student.call(input), label).backward();
    studentOptimizer.step();
    studentPruner.step();
    if (studentPruner.StepCount == Steps / 2)
        studentPruner.save(checkpoint, force: true);
}

Show("magnitude, distilled", student, studentPruner.finish());
BatchNorms.reestimate(student, Enumerable.Range(0, 8).Select(i => Batch(i).Input));
Show("statistics measured anew", student, studentPruner.Sparsity);

// The second half again from the checkpoint.
using var resumed = Network();
using var resumedOptimizer = optim.Adam(resumed.parameters(), 1e-3);
using var resumedPruner = new Pruner(resumed, saved, resumedOptimizer);
resumedPruner.load(checkpoint);
for (long step = resumedPruner.StepCount; step < Steps; step++)
    Step(resumed, resumedOptimizer, resumedPruner, step, distillation);
resumedPruner.finish();
bool isSame = student.parameters().Zip(resumed.parameters()).All(pair => pair.First.bytes.SequenceEqual(pair.Second.bytes));
Console.WriteLine($"Resumed from step {Steps / 2}: {(isSame ? "the same weights bit for bit" : "other weights")}");

// Sparse from the first step to the last.
using var sparse = Network();
using var sgd = optim.SGD(sparse.parameters(), 0.05, momentum: 0.9);
using var rigl = new Pruner(sparse, new Plan { Amount = 0.9, Allocation = Allocation.Erk }, sgd, new RigL { EndStep = Steps * 3 / 4, Interval = 20 });
for (long step = 0; step < Steps; step++)
    Step(sparse, sgd, rigl, step);
Show("RigL", sparse, rigl.finish());

// 2:4 from the first step.
using var grouped = Network();
using var groupedOptimizer = optim.SGD(grouped.parameters(), 0.05, momentum: 0.9);
var twoOfFour = new Plan { Structure = Structure.NOfM(2, 4), Targets = new() { Only = ["fc*"] } };
using var nm = new Pruner(grouped, twoOfFour, groupedOptimizer, new NMFromStart());
for (long step = 0; step < Steps; step++)
    Step(grouped, groupedOptimizer, nm, step);
Show("2:4 from the start", grouped, nm.finish());

// Rounds: train, prune, back to the weights after 20 steps, train again. The learning rate goes back too.
const long Round = 100;
using var lottery = Network();
using var lotteryOptimizer = optim.SGD(lottery.parameters(), 0.05, momentum: 0.9);
var rounds = new Plan { Schedule = Schedule.Iterative(0.8, beginStep: 0, endStep: 3 * Round, rounds: 3) };
using var ticket = new Pruner(lottery, rounds, lotteryOptimizer, new LotteryTicket { RewindStep = 20 });
for (long step = 0; step < 4 * Round; step++)
{
    foreach (var group in lotteryOptimizer.ParamGroups)
        group.LearningRate = Rate(ticket.LearningRateStep);
    Step(lottery, lotteryOptimizer, ticket, step);
}

Show("lottery ticket", lottery, ticket.finish());

// Whole filters, which a shrink removes afterwards.
string masked = Path.Combine(folder, "masked.onnx");
using var filtered = Copy(dense);
using var filteredOptimizer = optim.Adam(filtered.parameters(), 1e-3);
OnnxInput[] inputs = [new("input", [1, 1, 8, 8])];
var halfTheMacs = new Plan { Structure = Structure.Channel(0), Schedule = Schedule.Cubic(0.5, beginStep: 0, endStep: 200) with { Frequency = 50 } };
using var filters = new Pruner(filtered, halfTheMacs, filteredOptimizer, new FilterPruning(inputs));
for (long step = 0; step < Steps; step++)
    Step(filtered, filteredOptimizer, filters, step);
Show("filters", filtered, filters.finish());
OnnxExport.Write(filtered, masked, inputs);
Console.WriteLine($"Next: prunesharp shrink {Path.GetFileName(masked)} -o small.onnx --dead");
Directory.Delete(folder, recursive: true);

static double Rate(long step) => 0.05 * (1 + Math.Cos(Math.PI * step / (2 * Round))) / 2;

static Sequential Network() => nn.Sequential(
    ("conv", nn.Conv2d(1, 16, 3, padding: 1)), ("norm", nn.BatchNorm2d(16)), ("relu1", nn.ReLU()), ("flatten", nn.Flatten()),
    ("fc1", nn.Linear(16 * 64, 64)), ("relu2", nn.ReLU()), ("fc2", nn.Linear(64, Classes)));

static Sequential Copy(Sequential from)
{
    var copy = Network();
    copy.load_state_dict(from.state_dict());
    return copy;
}

// The pictures in their order, again and again: a resumed run sees what the first one saw.
(Tensor Input, Tensor Label) Batch(long step)
{
    long first = step * BatchSize % Count;
    return (images.narrow(0, first, BatchSize), labels.narrow(0, first, BatchSize));
}

void Step(nn.Module<Tensor, Tensor> network, optim.Optimizer steps, Pruner? pruning, long step, Distillation? teacher = null)
{
    using var scope = NewDisposeScope();
    var (input, label) = Batch(step);
    steps.zero_grad();
    var logits = network.call(input);
    (teacher?.loss(input, logits, label) ?? nn.functional.cross_entropy(logits, label)).backward();
    steps.step();
    pruning?.step();
}

void Show(string what, nn.Module<Tensor, Tensor> network, SparsityReport? report)
{
    using var guard = no_grad();
    using var scope = NewDisposeScope();
    network.eval();
    double right = network.call(images).argmax(1).eq(labels).to(float64).mean().item<double>();
    network.train();
    Console.WriteLine($"{what,-26}{right,8:P1} right{report?.Sparsity ?? 0,9:P1} pruned");
}
