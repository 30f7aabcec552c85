using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Models in which eight channels of <c>first</c> go through something to <c>last</c>.</summary>
internal static class Through
{
    /// <summary>Pictures [batch, 3, 6, 6], two convolutions: 224 parameters before, 45 after; half of them is 112 and 25.</summary>
    public static ModelProto Image(Func<CaseModel, string, string> middle, long opset = 17, int channels = 8, long batch = -1)
    {
        var model = new CaseModel(opset);
        return model.Output(model.Conv(middle(model, First(model, batch)), "last", [5, channels, 1, 1]));
    }

    /// <summary>Pictures through one convolution, and what follows is the output.</summary>
    public static ModelProto ImageOnly(Func<CaseModel, string, string> end, long opset = 17)
    {
        var model = new CaseModel(opset);
        return model.Output(end(model, First(model)));
    }

    /// <summary>Rows [batch, 6], two products: 48 parameters before, 40 after.</summary>
    public static ModelProto Rows(Func<CaseModel, string, string> middle, long opset = 17, int channels = 8)
    {
        var model = new CaseModel(opset);
        return model.Output(model.MatMul(middle(model, model.MatMul(model.Input(-1, 6), "first", 6, 8)), "last", channels, 5));
    }

    /// <summary>Sequences [batch, 4, 6], two products.</summary>
    public static ModelProto Tokens(Func<CaseModel, string, string> middle, long opset = 17, int channels = 8)
    {
        var model = new CaseModel(opset);
        return model.Output(model.MatMul(middle(model, model.MatMul(model.Input(-1, 4, 6), "first", 6, 8)), "last", channels, 5));
    }

    /// <summary>Axes in another order.</summary>
    public static string Turned(this CaseModel model, string x, params long[] order) => model.Op("Transpose", [x], ("perm", order));

    private static string First(CaseModel model, long batch = -1) => model.Conv(model.Input(batch, 3, 6, 6), "first", [8, 3, 3, 3], ("pads", new long[] { 1, 1, 1, 1 }));
}
