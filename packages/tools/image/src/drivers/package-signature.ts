import { AdkError, type Findings, type VolumeEntry } from "@adk/core";
import type { Catalog, Certificate } from "@adk/pe";
import * as z from "zod";
import type { PackageFolder } from "./package-folder.ts";

/** What is known of the signature of a driver package: by its catalog. */
export const packageSignature = z.object({
  /**
   * `unsigned`: no catalog is named or there. `signed`: the catalog is what its signer signed, and every file is in it.
   * `mismatch`: files differ from what the catalog has. `invalid`: the catalog cannot be read, or its signature is not sound.
   * None says that the signer is trusted.
   */
  state: z.enum(["unsigned", "signed", "mismatch", "invalid"]),
  catalog: z.string().optional(),
  /** Common name of the signer's certificate, as the certificate has it. */
  signer: z.string().optional(),
  /** The signer's certificate says that it is for drivers that passed Microsoft's tests, or were attested. */
  hardwarePublisher: z.boolean(),
  /** Files that are not in the catalog as they are here. */
  mismatches: z.array(z.string()),
});
export type PackageSignature = z.output<typeof packageSignature>;

const UNSIGNED: PackageSignature = { state: "unsigned", hardwarePublisher: false, mismatches: [] };

/**
 * Checks the files of a package against its catalog.
 *
 * @param catalogName as the INF names it; undefined where it names none
 * @param roots certificates that are trusted; without them trust is not asked for
 */
export async function checkPackageSignature(
  folder: PackageFolder,
  catalogName: string | undefined,
  files: readonly VolumeEntry[],
  findings: Findings,
  roots?: readonly Certificate[],
): Promise<PackageSignature> {
  const entry = catalogName === undefined ? undefined : await folder.find(catalogName);
  if (!entry || catalogName === undefined) {
    if (catalogName !== undefined) findings.warning("DRIVER_NO_CATALOG", `The catalog ${catalogName} is not there.`);
    return UNSIGNED;
  }
  const base = { catalog: catalogName, hardwarePublisher: false, mismatches: [] };
  try {
    // Certificates take their time to load: only what adds drivers needs them.
    const { parseCatalog } = await import("@adk/pe");
    const catalog = parseCatalog(await folder.read(entry), entry.path);
    const { signer, trust } = catalog.verify(roots ? { roots } : {});
    const [certificate] = signer.chain;
    const usage: readonly string[] = certificate?.extendedKeyUsage ?? [];
    const known = {
      ...base,
      signer: certificate?.subject.commonName,
      hardwarePublisher: usage.includes("whql") || usage.includes("attested"),
    };
    if (!signer.valid || (trust.checked && !trust.trusted)) {
      const reason = signer.valid ? "Its signer is not trusted." : (signer.problem ?? "");
      findings.error("DRIVER_BAD_CATALOG", `The signature of the catalog is not sound. ${reason}`, {
        file: entry.path,
      });
      return { ...known, state: "invalid" };
    }
    const mismatches = await findMismatches(folder, files, catalog);
    for (const path of mismatches) {
      findings.error("DRIVER_NOT_IN_CATALOG", "The file is not what the catalog has of it.", { file: path });
    }
    return { ...known, mismatches, state: mismatches.length > 0 ? "mismatch" : "signed" };
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind === "environment") throw error;
    findings.fromError(error);
    return { ...base, state: "invalid" };
  }
}

async function findMismatches(
  folder: PackageFolder,
  files: readonly VolumeEntry[],
  catalog: Catalog,
): Promise<string[]> {
  const { checkAgainstCatalog } = await import("@adk/pe");
  const mismatches: string[] = [];
  for (const file of files) {
    const access = await folder.open(file);
    try {
      if (!(await checkAgainstCatalog(access, catalog))) mismatches.push(folder.inside(file));
    } finally {
      await access.close();
    }
  }
  return mismatches;
}
