using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Cli.Rendering;
using PruneSharp.Cli.Verbs;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli;

/// <summary>Parses the command line, runs one verb and turns every error into one line and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        var result = Parser().Parse(args);
        if (result.Action is ParseErrorAction)
        {
            return UnknownOption(result) is { } unknown
                ? Fail(ExitCode.BadUsage, $"There is no option {unknown}.{DidYouMean(result, unknown)}")
                : Fail(ExitCode.BadUsage, string.Join(" ", result.Errors.Select(e => Words(e.Message)).Distinct()) + DidYouMean(result, result.UnmatchedTokens.FirstOrDefault()));
        }

        return Guarded(() => result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }));
    }

    private static RootCommand Parser()
    {
        var root = new RootCommand("Prunes neural networks in ONNX files: zeroes the weights that matter least, stores them small, removes whole channels, times what is left in sparse kernels.")
        {
            InspectVerb.Create(),
            PruneVerb.Create(),
            PackVerb.Create(),
            UnpackVerb.Create(),
            ShrinkVerb.Create(),
            ScanVerb.Create(),
            VerifyVerb.Create(),
            BenchVerb.Create(),
            MeasureLoadVerb.Create(),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static int Guarded(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (NaNScoreException error)
        {
            return Fail(ExitCode.CouldNot, error.Message);
        }
        catch (Exception error) when (error is InvalidPlanException or ArgumentException or FormatException)
        {
            return Fail(ExitCode.BadUsage, MessageOf(error));
        }
        catch (Exception error) when (error is InvalidModelException or IOException or UnauthorizedAccessException or InvalidOperationException or OverflowException or NotSupportedException or OnnxRuntimeException)
        {
            return Fail(ExitCode.CouldNot, MessageOf(error));
        }
        catch (Exception error) when (error is PackMismatchException or ShrinkMismatchException)
        {
            return Fail(ExitCode.No, error.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(ExitCode.CouldNot, "Stopped; nothing was written.");
        }
        catch (OutOfMemoryException)
        {
            return Fail(ExitCode.CouldNot, "There is not enough memory for this model.");
        }
    }

    private static int Fail(int code, string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Console.Error.WriteLine($"prunesharp: {Text.Plain(line)}");
        return code;
    }

    // The parser names types of the language.
    private static string Words(string message) => message
        .Replace("System.Nullable`1[System.Double]", "System.Double", StringComparison.Ordinal)
        .Replace("System.Nullable`1[System.Int32]", "System.Int32", StringComparison.Ordinal)
        .Replace("System.Nullable`1[System.Int64]", "System.Int64", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.Int64'", "as a whole number", StringComparison.Ordinal)
        .Replace("as expected type 'System.UInt64'", "as a whole number of at least 0", StringComparison.Ordinal)
        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal);

    // ArgumentException adds the parameter's name and value to its message, which mean nothing on a command line.
    private static string MessageOf(Exception error)
    {
        int suffix = error is ArgumentException { ParamName: not null } ? error.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return suffix < 0 ? error.Message : error.Message[..suffix];
    }

    // The parser takes an unknown option for an argument.
    private static string? UnknownOption(ParseResult result)
    {
        Token? before = null;
        foreach (var token in result.Tokens)
        {
            if (token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal) && before?.Type != TokenType.Option)
                return token.Value.Split('=')[0];
            before = token;
        }

        return null;
    }

    private static string DidYouMean(ParseResult result, string? typed)
    {
        var command = result.CommandResult.Command;
        var known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Where(o => !o.Hidden).Select(o => o.Name));
        string near = typed is null ? "" : NearNames.DidYouMean(typed, known);
        return $"{near} See prunesharp {(command is RootCommand ? "" : command.Name + " ")}--help.";
    }
}
