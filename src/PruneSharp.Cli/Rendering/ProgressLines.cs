using System.Diagnostics;

namespace PruneSharp.Cli.Rendering;

/// <summary>
/// Progress on stderr: on a terminal one line that is overwritten, redirected plain lines, at most one every two seconds.
/// </summary>
internal sealed class ProgressLines : IProgress<string>, IDisposable
{
    private const int Width = 78;
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _sinceLast = new();

    public void Report(string value)
    {
        if (_sinceLast.IsRunning && _sinceLast.ElapsedMilliseconds < (_terminal ? 100 : 2000))
            return;
        _sinceLast.Restart();
        value = Text.Plain(value);
        if (_terminal)
            Console.Error.Write("\r" + value[..Math.Min(value.Length, Width)].PadRight(Width));
        else
            Console.Error.WriteLine(value);
    }

    public void Dispose()
    {
        if (_terminal && _sinceLast.IsRunning)
            Console.Error.Write("\r" + new string(' ', Width) + "\r");
    }
}
