using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class DistillationTests
{
    private static readonly float _ln3 = MathF.Log(3);

    [Fact]
    public void Loss_and_gradient_are_those_of_a_hand_computation()
    {
        // Teacher at T = 2: [1/4, 3/4], student [1/2, 1/2]. KL = 1/4 ln(1/2) + 3/4 ln(3/2), CE = ln 2.
        using var teacher = new Parts(nn.Identity());
        using var logits = zeros(1, 2, requires_grad: true);
        using var loss = new Distillation(teacher) { Temperature = 2 }.loss(tensor(new[,] { { 0, 2 * _ln3 } }), logits, zeros(1, int64));
        Assert.Equal(0.1 * Math.Log(2) + 0.9 * 4 * (0.25 * Math.Log(0.5) + 0.75 * Math.Log(1.5)), loss.item<float>(), 1e-6);
        loss.backward();

        // w T (q - p) + (1 - w)(q - label)
        Assert.All(Values.Of(logits.grad!).Zip([0.4, -0.4]), p => Assert.Equal(p.Second, p.First, 1e-6));
    }

    [Theory]
    [InlineData(0, 0.6931471805599453)]
    [InlineData(1, 0.13081203594113694)]
    public void Weight_0_is_the_labels_alone_and_1_the_teacher_alone(double weight, double expected)
    {
        using var teacher = new Parts(nn.Identity());
        var distillation = new Distillation(teacher) { Temperature = 1, Weight = weight };
        Assert.Equal(expected, distillation.loss_from(tensor(new[,] { { 0, _ln3 } }), zeros(1, 2), ones(1, int64)).item<float>(), 1e-6);
    }

    [Fact]
    public void A_student_that_says_what_the_teacher_says_has_no_soft_loss_at_any_temperature()
    {
        using var teacher = nn.Linear(5, 3);
        using var input = (arange(20, float32) * 0.7).sin().view(4, 5);
        foreach (double temperature in new[] { 0.5, 1, 4, 20 })
        {
            var distillation = new Distillation(teacher) { Temperature = temperature, Weight = 1 };
            Assert.Equal(0, distillation.loss(input, teacher.call(input), zeros(4, int64)).item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Samples_and_pixels_count_alike()
    {
        using var teacher = new Parts(nn.Identity());
        var distillation = new Distillation(teacher);
        using var taught = (arange(24, float64) * 0.9).sin().view(2, 3, 2, 2);
        using var logits = (arange(24, float64) * 0.4).cos().view(2, 3, 2, 2);
        using var labels = arange(8, int64).remainder(3).view(2, 2, 2);
        var (rows, others) = (taught.permute(0, 2, 3, 1).reshape(8, 3), logits.permute(0, 2, 3, 1).reshape(8, 3));
        Assert.Equal(distillation.loss_from(rows, others, labels.view(8)).item<double>(), distillation.loss_from(taught, logits, labels).item<double>(), 1e-12);
    }

    [Fact]
    public void The_teacher_runs_in_eval_without_gradients_and_its_modes_are_restored()
    {
        using var dropout = nn.Dropout(0.9);
        using var norm = nn.BatchNorm1d(2);
        using var teacher = new Parts(nn.Linear(2, 2), norm, dropout);
        norm.eval();
        using var logits = zeros(4, 2, requires_grad: true);
        var distillation = new Distillation(teacher);
        using var first = distillation.teacher_logits(ones(4, 2));
        Values.Equal(first, distillation.teacher_logits(ones(4, 2)));
        distillation.loss(ones(4, 2), logits, zeros(4, int64)).backward();
        Assert.False(first.requires_grad);
        Assert.All(teacher.parameters(), p => Assert.Null(p.grad));
        Assert.NotNull(logits.grad);
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => distillation.loss(ones(4, 3), logits, zeros(4, int64)));
        Assert.Equal((true, true, false), (teacher.training, dropout.training, norm.training));
    }

    [Fact]
    public void What_does_not_fit_is_an_error_that_says_what_was_found()
    {
        using var teacher = new Parts(nn.Identity());
        var distillation = new Distillation(teacher);
        Refused("teacher's logits have shape [2, 4] and the student's [2, 3]", zeros(2, 4), zeros(2, 3), zeros(2, int64));
        Refused("labels are Float32 [2]", zeros(2, 3), zeros(2, 3), zeros(2));
        Refused("expected Int64 [2]", zeros(2, 3), zeros(2, 3), zeros(3, int64));
        Refused("label 3 is no class; there are classes 0 to 2", zeros(2, 3), zeros(2, 3), full(2, 3, int64));
        Refused("label -1 is no class", zeros(2, 3), zeros(2, 3), full(2, -1, int64));
        Refused("shape [3]", zeros(3), zeros(3), zeros(3, int64));
        Refused("shape [0, 3]", zeros(0, 3), zeros(0, 3), zeros(0, int64));
        Assert.Contains("teacher's logits hold NaN", Assert.Throws<NonFiniteTrainingException>(() => distillation.loss_from(full(2, 3, float.NaN), zeros(2, 3), zeros(2, int64))).Message);
        Assert.Contains("student's logits hold NaN", Assert.Throws<NonFiniteTrainingException>(() => distillation.loss_from(zeros(2, 3), full(2, 3, float.PositiveInfinity), zeros(2, int64))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Distillation(teacher) { Temperature = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Distillation(teacher) { Weight = double.NaN });

        void Refused(string expected, Tensor taught, Tensor logits, Tensor labels) =>
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => distillation.loss_from(taught, logits, labels)).Message);
    }
}
