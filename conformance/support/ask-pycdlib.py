# Prints, for the disc that the first argument names, each of its trees as a line of JSON: all files are read, and their sizes told.
import io
import json
import sys

import pycdlib

iso = pycdlib.PyCdlib()
iso.open(sys.argv[1])
kinds = [kind for kind, there in (("udf", iso.has_udf()), ("joliet", iso.has_joliet()), ("iso", True)) if there]
for kind in kinds:
    files = []
    for directory, _, names in iso.walk(**{kind + "_path": "/"}):
        for name in names:
            path = directory.rstrip("/") + "/" + name
            data = io.BytesIO()
            iso.get_file_from_iso_fp(data, **{kind + "_path": path})
            files.append([path, len(data.getvalue())])
    print(json.dumps({"kind": kind, "files": files}))
