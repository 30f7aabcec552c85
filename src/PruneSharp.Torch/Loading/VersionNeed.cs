namespace PruneSharp.Torch;

/// <summary>
/// Makes one versioned dependency of an ELF library optional. Symbol versions a library needs are listed in .gnu.version_r; an entry with
/// the flag VER_FLG_WEAK makes the loader accept a library that lacks the version (Drepper 2003, "ELF Symbol Versioning"). That is safe only
/// where nothing that is called has the version, so the entry is changed only if the marker below is its one symbol.
/// </summary>
internal static class VersionNeed
{
    /// <summary>The version of libstdc++ that came with GCC 13.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>A symbol without a body of interest: referring to it only says that the stream objects must be initialised.</summary>
    public const string Marker = "_ZSt21ios_base_library_initv";

    private const ulong SymbolTable = 6, StringTable = 5, SymbolVersions = 0x6ffffff0, VersionNeeds = 0x6ffffffe, VersionNeedCount = 0x6fffffff;
    private const ushort Weak = 2, VersionMask = 0x7fff;

    /// <summary>Sets the flag.</summary>
    /// <param name="library">The file's bytes, changed in place.</param>
    /// <returns>False where the library does not need the version.</returns>
    /// <exception cref="InvalidModelException">The file is damaged, or other symbols have the version too.</exception>
    public static bool Relax(byte[] library)
    {
        var elf = new ElfImage(library);
        if (elf.Value(VersionNeeds) is null || Find(elf) is not { } need)
            return false;
        CheckOnlyMarker(elf, (ushort)(elf.Half(need + 6) & VersionMask));
        elf.SetHalf(need + 4, (ushort)(elf.Half(need + 4) | Weak));
        return true;
    }

    // One record a library: 16 bits version, 16 bits count, then offsets of its name, of its first entry and of the next record. One entry
    // a version: hash, flags, index, name, offset of the next.
    private static ulong? Find(ElfImage elf)
    {
        ulong record = elf.Offset(VersionNeeds);
        for (ulong left = elf.Value(VersionNeedCount) ?? 0; left > 0; left--)
        {
            ulong entry = record + elf.Double(record + 8);
            for (int versions = elf.Half(record + 2); versions > 0; versions--)
            {
                if (elf.Text(elf.Double(entry + 8)) == Version)
                    return entry;
                entry += elf.Double(entry + 12);
            }

            if (elf.Double(record + 12) == 0)
                break;
            record += elf.Double(record + 12);
        }

        return null;
    }

    // The symbol table ends where the string table begins; linkers put them so.
    private static void CheckOnlyMarker(ElfImage elf, ushort version)
    {
        ulong symbols = elf.Offset(SymbolTable), end = elf.Offset(StringTable), versions = elf.Offset(SymbolVersions);
        if (end <= symbols || (end - symbols) % ElfImage.SymbolBytes != 0)
            throw ElfImage.Damaged("the symbol table is not followed by the string table");
        for (ulong i = 0; i < (end - symbols) / ElfImage.SymbolBytes; i++)
        {
            if ((elf.Half(versions + 2 * i) & VersionMask) == version && elf.Text(elf.Double(symbols + i * ElfImage.SymbolBytes)) is var name && name != Marker)
                throw ElfImage.Damaged($"{name} has version {Version} too");
        }
    }
}
