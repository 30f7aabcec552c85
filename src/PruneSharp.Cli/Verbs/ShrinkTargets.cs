using System.CommandLine;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>The options of shrink that say how much.</summary>
internal sealed class ShrinkTargets
{
    private readonly Option<string> _amount = new("--amount") { Description = "Take this many units: a fraction (0.3), a percentage (30%) or a count (16), which is of each family with scope local, else of all.", HelpName = "A" };
    private readonly Option<string> _macs = new("--macs") { Description = "Leave at most this many multiply-accumulates: a fraction (0.5) or percentage of those there are, or a count.", HelpName = "F" };
    private readonly Option<string> _parameters = new("--parameters") { Description = "Leave at most this many parameters: a fraction (0.5) or percentage of those there are, or a count.", HelpName = "F" };
    private readonly Option<long?> _bytes = new("--bytes") { Description = "Make the file at most this large.", HelpName = "N" };
    private readonly Option<double?> _milliseconds = new("--milliseconds") { Description = "Make a run on one thread of this machine take at most this long (median).", HelpName = "T" };
    private readonly Option<bool> _dead = new("--dead") { Description = "Take what can go without changing any output: zero or numerically dead filters, channels that nothing reads." };
    private readonly Option<string> _cuts = new("--cuts") { Description = "Take what a file of --save-cuts names.", HelpName = "FILE" };

    private Option[] All => [_amount, _macs, _parameters, _bytes, _milliseconds, _dead, _cuts];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>How many of the options were given.</summary>
    public int Given(ParseResult result) => All.Count(o => result.GetResult(o) is { Implicit: false });

    public bool IsDead(ParseResult result) => result.GetValue(_dead);

    /// <summary>Path of the list to replay, or null.</summary>
    public string? CutsPath(ParseResult result) => result.GetValue(_cuts);

    /// <summary>The target; with alignment off, dead units go wherever they can.</summary>
    /// <exception cref="FormatException">None or several were given, or one is malformed.</exception>
    public ShrinkTarget Read(ParseResult result, int align)
    {
        if (Given(result) != 1)
            throw new FormatException($"shrink needs exactly one of {string.Join(", ", All.Select(o => o.Name))}.");
        if (result.GetValue(_amount) is { } amount)
            return new ShrinkTarget.Units(Amount.Parse(amount));
        if (result.GetValue(_macs) is { } macs)
            return new ShrinkTarget.Macs(Amount.Parse(macs));
        if (result.GetValue(_parameters) is { } parameters)
            return new ShrinkTarget.Parameters(Amount.Parse(parameters));
        if (result.GetValue(_bytes) is { } bytes)
            return new ShrinkTarget.FileBytes(bytes > 0 ? bytes : throw new FormatException($"--bytes {bytes}: a file has at least 1 byte."));
        if (result.GetValue(_milliseconds) is { } milliseconds)
            return new ShrinkTarget.Latency(milliseconds > 0 && double.IsFinite(milliseconds) ? milliseconds : throw new FormatException($"--milliseconds {milliseconds}: use a number above 0."));
        return result.GetValue(_cuts) is { } cuts ? new ShrinkTarget.Replay(CutList.FromJson(TextFile.Read(cuts, "cut list"))) : new ShrinkTarget.Dead(new() { Fill = align == 1 ? DeadFill.Always : DeadFill.WhereFaster }, align);
    }
}
