using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>The file of a <see cref="DecisionCache"/>. Whatever is wrong with it, sessions are made: it costs a message, and the decisions are measured again.</summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="warn">Takes what is wrong, one sentence.</param>
internal sealed class DecisionFile(string path, Action<string> warn)
{
    /// <summary>The decisions; none where there is no file, or one that cannot be used.</summary>
    public DecisionCache Read()
    {
        try
        {
            return Open();
        }
        catch (Exception error)
        {
            warn($"The decision cache {path} is not used: {error.Message.TrimEnd('.')}.");
            return DecisionCache.Empty;
        }
    }

    /// <summary>Adds a decision. Others that were written meanwhile are kept; of two that are written at once one may be lost, and is measured again.</summary>
    public void Add(string key, RegionPlan plan)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            byte[] json = Latest().With(key, plan).ToJson();
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(json);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            warn($"The decision cache {path} cannot be written: {error.Message.TrimEnd('.')}.");
            Remove(temporary);
        }
    }

    // A file that cannot be used has been complained of by Read, and is replaced.
    private DecisionCache Latest()
    {
        try
        {
            return Open();
        }
        catch (FormatException)
        {
            return DecisionCache.Empty;
        }
    }

    private DecisionCache Open()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > DecisionCache.MostBytes)
                throw new FormatException($"it has {file.Length} bytes, expected at most {DecisionCache.MostBytes}");
            var json = new byte[file.Length];
            int length = file.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
            return DecisionCache.Parse(json.AsMemory(0, length));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return DecisionCache.Empty;
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return; // it was never made, or stays behind
        }
    }
}
