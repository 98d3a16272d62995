import type { Findings } from "@adk/core";
import type { Hive } from "./hive.ts";
import type { Key } from "./key.ts";
import type { RegFileKey, RegFileValue } from "./reg-file.ts";
import { joinKeyPath } from "./registry-path.ts";
import { secretKeys } from "./secrets.ts";
import type { Value } from "./value.ts";
import { walkKeys } from "./walk.ts";

/** Whether a name can stand in a `.reg` file: one with a line end in it cannot. */
export function isWritable(name: string): boolean {
  return !/[\r\n]/.test(name);
}

/** Makes of keys and values what a `.reg` file says of them; what it cannot or must not say becomes a finding. */
export class RegFileSource {
  readonly #hive: Hive;
  readonly #findings: Findings;
  readonly #isSecret: (path: string) => boolean;

  constructor(hive: Hive, findings: Findings) {
    this.#hive = hive;
    this.#findings = findings;
    this.#isSecret = secretKeys(hive);
  }

  /**
   * A key and all below it, a key before its subkeys, in stored order.
   *
   * @param path of the key from the hive's root
   * @param top what the file calls it
   */
  *keys(from: Key, path: string, top: string): Generator<RegFileKey> {
    const enter = (below: string): boolean => isWritable(below) || this.#leaveOut("A key", joinKeyPath(path, below));
    for (const { key, path: below, values } of walkKeys(from, enter)) {
      const remove = key.isTombstone;
      const written = below === "" ? top : `${top}\\${below}`;
      yield { path: written, remove, values: remove ? [] : this.values(joinKeyPath(path, below), values), line: 0 };
    }
  }

  /** Values of the key at a path from the hive's root. */
  values(path: string, values: readonly Value[]): RegFileValue[] {
    const secret = this.#isSecret(path);
    const written: RegFileValue[] = [];
    for (const value of values) {
      const { name } = value;
      if (!isWritable(name)) this.#leaveOut("A value", joinKeyPath(path, name));
      else if (value.isTombstone) written.push({ name, content: undefined, line: 0 });
      else if (secret) {
        const where = { file: this.#hive.name, path: joinKeyPath(path, name) };
        this.#findings.warning(
          "REG_SECRET_WITHHELD",
          "The data of this value may be a secret and is not shown.",
          where,
        );
      } else {
        const data = this.#hive.attempt(() => value.data());
        if (data) written.push({ name, content: { type: value.type, data }, line: 0 });
      }
    }
    return written;
  }

  #leaveOut(what: string, path: string): false {
    this.#findings.warning("REG_FILE_LEFT_OUT", `${what} with a line end in its name has no place in a .reg file.`, {
      file: this.#hive.name,
      path: JSON.stringify(path),
    });
    return false;
  }
}
