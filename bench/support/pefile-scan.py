"""What pe-scan.mjs reads, by pefile."""

import sys

import pefile

NAMES = ("EXPORT", "IMPORT", "RESOURCE", "LOAD_CONFIG", "DELAY_IMPORT", "COM_DESCRIPTOR", "SECURITY")
DIRECTORIES = [pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_" + name] for name in NAMES]

files = functions = 0
with open(sys.argv[1]) as paths:
    for path in paths:
        pe = pefile.PE(path.rstrip("\n"), fast_load=True)
        pe.parse_data_directories(directories=list(DIRECTORIES))
        functions += sum(len(entry.imports) for entry in getattr(pe, "DIRECTORY_ENTRY_IMPORT", []))
        files += 1
        pe.close()
print(files, functions)
