import { MemoryAccess } from "@adk/core";
import { fuzz, orRefused } from "@adk/testing";
import { test } from "vitest";
import { verifyAuthenticode } from "./authenticode.ts";
import { authenticodeDigests } from "./authenticode-hash.ts";
import { parseCatalog } from "./catalog.ts";
import { catalogFacts } from "./catalog-facts.ts";
import { computeChecksum } from "./checksum.ts";
import { readExecutable } from "./executable.ts";
import { executableFacts } from "./executable-facts.ts";
import { readIcons } from "./icons.ts";
import { readMessageTables } from "./message-table.ts";
import { Oid } from "./object-identifiers.ts";
import { parsePe } from "./pe-file.ts";
import { findResources, readResource } from "./resource-tree.ts";
import { readStringTables } from "./string-table.ts";
import { mutate } from "./testing/mutations.ts";
import { makeSampleCatalog } from "./testing/sample-catalog.ts";
import { makeSamplePe } from "./testing/sample-pe.ts";
import { attribute, indirectData, makeTestSigner, signContent, timestampToken } from "./testing/sample-signing.ts";
import { withSignatures } from "./testing/signed-pe.ts";

// Damaged files must be refused with an `AdkError`, or read as far as they go with findings: in bounded time and memory.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { memoryBytes: 2 ** 22 };

const SAMPLE = makeSamplePe();
const SIGNER = makeTestSigner("Fuzz Publisher");
const STAMPER = makeTestSigner("Fuzz Stamps", { usage: "1.3.6.1.5.5.7.3.8" });

async function makeSamples(): Promise<{ bytes: Uint8Array; use: (bytes: Uint8Array) => Promise<boolean> }[]> {
  const digests = await authenticodeDigests(await parsePe(withSignatures(SAMPLE, [new Uint8Array(8)])), ["sha256"]);
  const content = indirectData(Buffer.from(digests.get("sha256") ?? "", "hex"));
  const inner = signContent(Oid.SPC_INDIRECT_DATA, content, SIGNER);
  const unsigned = (signature: Uint8Array) => [
    timestampToken(signature, new Date("2024-01-01"), STAMPER),
    attribute(Oid.NESTED_SIGNATURE, inner),
  ];
  const signature = signContent(Oid.SPC_INDIRECT_DATA, content, SIGNER, { unsigned });
  const members = [{ digest: new Uint8Array(32), attributes: { File: "a.inf" } }, { digest: new Uint8Array(20) }];
  const catalog = makeSampleCatalog({ members, attributes: { OS: "_v100" } }, SIGNER);
  // Most of a signed sample is its signature: the same damage hits it more often where little else is.
  return [
    { bytes: SAMPLE, use: useExecutable },
    { bytes: SAMPLE, use: useExecutable },
    { bytes: withSignatures(SAMPLE, [signature]), use: useExecutable },
    { bytes: signature, use: useSignature },
    { bytes: catalog, use: useCatalog },
  ];
}

test("damaged files", { timeout: 0 }, async () => {
  const samples = await makeSamples();
  await fuzz({ executions: 1000, mostTime: 1000, outcomes: { read: 1 / 4, refused: 1 / 1000 } }, async (next) => {
    const { bytes, use } = samples[next() % samples.length]!;
    return (await use(mutate(bytes, next))) ? "read" : "refused";
  });
});

/** Does with a file what readers do. @returns whether it was read */
async function useExecutable(bytes: Uint8Array): Promise<boolean> {
  const executable = await orRefused(() => readExecutable(new MemoryAccess(bytes, "fuzz"), { limits: LIMITS }));
  if (!executable) return false;
  JSON.stringify(await executableFacts(executable));
  if (executable.kind !== "pe") return true;
  const { pe } = executable;
  await readIcons(pe);
  await readStringTables(pe);
  await readMessageTables(pe);
  await computeChecksum(pe);
  for (const resource of await findResources(pe, "WEVT_TEMPLATE")) await orRefused(() => readResource(pe, resource));
  return true;
}

async function useSignature(bytes: Uint8Array): Promise<boolean> {
  const report = await verifyAuthenticode(await parsePe(withSignatures(SAMPLE, [bytes])), { roots: [] });
  return report.signatures.length > 0;
}

async function useCatalog(bytes: Uint8Array): Promise<boolean> {
  return (await orRefused(() => JSON.stringify(catalogFacts(parseCatalog(bytes))))) !== undefined;
}
