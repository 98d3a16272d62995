import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";

/** A file of noise, the same each time. */
export function writeNoise(path: string, bytes: number, seed: string): void {
  const file = openSync(path, "w");
  for (let done = 0; done < bytes; done += 1e6) {
    const outputLength = Math.min(1e6, bytes - done);
    writeSync(file, createHash("shake256", { outputLength }).update(`${seed} ${done}`).digest());
  }
  closeSync(file);
}

/** A medium: two large files and 860 small ones, with 8.3 names, as mcopy takes half a minute to make so many up. */
export function makeMedium(medium: string, megabytes: number): string {
  for (const directory of ["sources", "efi/boot", "support"]) mkdirSync(`${medium}/${directory}`, { recursive: true });
  writeNoise(`${medium}/sources/install.wim`, megabytes * 0.7e6, "install");
  writeNoise(`${medium}/sources/boot.wim`, megabytes * 0.22e6, "boot");
  for (let i = 0; i < 860; i++) writeNoise(`${medium}/support/FILE${i}.DAT`, 20_000 + i * 150, `${i}`);
  writeNoise(`${medium}/efi/boot/bootx64.efi`, 1e6, "loader");
  return medium;
}
