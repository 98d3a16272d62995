// Reads the metadata of the executables in a list, as an inventory does: headers, imports, delay-loaded ones, the name of the export
// table, version strings, manifest, .NET header, load configuration, whether there is a signature. With --digests also SHA-1 and SHA-256.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { readPieces } from "@adk/core";
import {
  Directory,
  parsePe,
  readClr,
  readDelayImports,
  readExports,
  readImports,
  readLoadConfig,
  readManifests,
  readVersionInfo,
  versionStrings,
} from "@adk/pe";

const [list = "", digests] = process.argv.slice(2);
const totals = { files: 0, functions: 0, exports: 0, strings: 0, manifests: 0, assemblies: 0, guarded: 0, signed: 0 };

for (const file of readFileSync(list, "utf8").trim().split("\n")) {
  const access = openFile(file);
  const pe = await parsePe(access);
  for (const { functions } of [...(await readImports(pe)), ...(await readDelayImports(pe))])
    totals.functions += functions.length;
  totals.exports += (await readExports(pe))?.functions.length ?? 0;
  const [version] = await readVersionInfo(pe);
  totals.strings += versionStrings(version).size;
  totals.manifests += (await readManifests(pe)).length;
  totals.assemblies += (await readClr(pe)) ? 1 : 0;
  totals.guarded += (await readLoadConfig(pe))?.guardFlags ? 1 : 0;
  totals.signed += pe.directory(Directory.SECURITY) ? 1 : 0;
  totals.files++;
  if (digests) await hash(access);
  await access.close();
}
console.log(JSON.stringify(totals));

/** @param {import("@adk/core").RandomAccess} access */
async function hash(access) {
  const hashes = [createHash("sha1"), createHash("sha256")];
  for await (const piece of readPieces(access)) for (const each of hashes) each.update(piece);
  for (const each of hashes) each.digest();
}

/**
 * A scan of many small files gains by opening them without a thread between.
 *
 * @param {string} name
 */
function openFile(name) {
  const descriptor = openSync(name, "r");
  return {
    name,
    size: fstatSync(descriptor).size,
    read: async (offset, length, into = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)) => {
      readSync(descriptor, into, 0, length, offset);
      return into;
    },
    close: async () => closeSync(descriptor),
  };
}
