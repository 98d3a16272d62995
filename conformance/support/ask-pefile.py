"""Prints what pefile says of the files named on standard input: one JSON document a line, in the form of the recorded truth."""

import json
import sys

import pefile

DIRECTORIES = [
    pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_" + name]
    for name in ("EXPORT", "IMPORT", "RESOURCE", "DEBUG", "TLS", "LOAD_CONFIG", "BOUND_IMPORT", "DELAY_IMPORT")
]


def text(value):
    return (value or b"").decode("latin1")


def functions(entries):
    named = {}
    for entry in entries:
        names = [text(each.name) if each.name else "#%d" % each.ordinal for each in entry.imports]
        named.setdefault(text(entry.dll), []).extend(names)
    return named


def resources(directory, path=()):
    for entry in getattr(directory, "entries", []):
        key = path + (str(entry.name) if entry.name is not None else entry.id,)
        if hasattr(entry, "directory"):
            yield from resources(entry.directory, key)
        elif hasattr(entry, "data"):
            yield [*key, entry.data.struct.OffsetToData, entry.data.struct.Size]


def code_view(entry):
    if entry.struct.Type != 2 or not hasattr(entry, "entry") or not hasattr(entry.entry, "PdbFileName"):
        return None
    return [entry.entry.Age, entry.entry.PdbFileName.rstrip(b"\0").decode("utf8", "replace")]


def tell(path):
    pe = pefile.PE(path, fast_load=True, max_symbol_exports=1 << 20, max_repeated_symbol=1 << 20)
    pe.parse_data_directories(directories=list(DIRECTORIES))
    header = pe.OPTIONAL_HEADER
    config = getattr(pe, "DIRECTORY_ENTRY_LOAD_CONFIG", None)
    exports = getattr(pe, "DIRECTORY_ENTRY_EXPORT", None)
    rich = pe.parse_rich_header()
    return {
        "machine": pe.FILE_HEADER.Machine,
        "timestamp": pe.FILE_HEADER.TimeDateStamp,
        "sections": [
            [s.Name.rstrip(b"\0").decode("latin1"), s.VirtualAddress, s.Misc_VirtualSize, s.PointerToRawData, s.SizeOfRawData]
            for s in pe.sections
        ],
        "subsystem": header.Subsystem,
        "imphash": pe.get_imphash(),
        "imports": functions(getattr(pe, "DIRECTORY_ENTRY_IMPORT", [])),
        "delayImports": functions(getattr(pe, "DIRECTORY_ENTRY_DELAY_IMPORT", [])),
        "boundImports": [text(each.name) for each in getattr(pe, "DIRECTORY_ENTRY_BOUND_IMPORT", [])],
        "exports": exports
        and [[text(each.name), each.ordinal, each.address, text(each.forwarder)] for each in exports.symbols],
        "resources": list(resources(getattr(pe, "DIRECTORY_ENTRY_RESOURCE", None))),
        "versions": [
            {
                key.decode("utf8"): value.decode("utf8")
                for info in infos
                if hasattr(info, "StringTable")
                for table in info.StringTable
                for key, value in table.entries.items()
            }
            for infos in getattr(pe, "FileInfo", [])
        ],
        "debug": [[each.struct.Type, code_view(each)] for each in getattr(pe, "DIRECTORY_ENTRY_DEBUG", [])],
        "tls": hasattr(pe, "DIRECTORY_ENTRY_TLS"),
        "loadConfig": config and [config.struct.Size, getattr(config.struct, "GuardFlags", None)],
        "rich": rich and [rich["checksum"], len(rich["values"]) // 2],
        "overlay": pe.get_overlay_data_start_offset(),
    }


for line in sys.stdin:
    try:
        print(json.dumps(tell(line.rstrip("\n"))), flush=True)
    except Exception as error:  # pefile throws what Python throws
        print(json.dumps({"error": repr(error)}), flush=True)
