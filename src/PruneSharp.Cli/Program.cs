using PruneSharp.Cli;

return CommandLine.Run(args);
