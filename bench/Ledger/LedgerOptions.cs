/// <summary>The command line.</summary>
internal sealed record LedgerOptions(string Folder, int Workers, bool Store, string[] Rest)
{
    public static LedgerOptions Parse(string[] args)
    {
        var options = new LedgerOptions(Path.Combine(Repository.Root, "artifacts", "ledger"), Environment.ProcessorCount, false, []);
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--store" => options with { Store = true },
                "--workers" => options with { Workers = int.Parse(args[++i]) },
                "--folder" => options with { Folder = args[++i] },
                var other => options with { Rest = [.. options.Rest, other] },
            };
        }

        return options;
    }
}
