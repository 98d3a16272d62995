import {
  diffHives,
  diffToRegFile,
  formatRegFile,
  formatRegType,
  type HiveDifference,
  joinKeyPath,
  secretKeys,
  usualRoot,
  type Value,
} from "@adk/registry";
import { type OpenedHive, requiredKey } from "./open-hive.ts";
import { securityText } from "./read-hive.ts";
import type { RegistryDifference, RegistryDiffResult } from "./schemas.ts";
import { jsonData } from "./value-text.ts";

export interface DiffHiveOptions {
  /** Only this key, in both hives, and what is below it. */
  readonly key?: string | undefined;
  /** Whether security is compared. Default true. */
  readonly security?: boolean | undefined;
}

/** What changes from one hive to another. @throws AdkError `REG_NO_SUCH_KEY` */
export function diffHiveKeys(
  before: OpenedHive,
  after: OpenedHive,
  { key = "", security = true }: DiffHiveOptions = {},
): RegistryDiffResult {
  const from = requiredKey(before.hive, key);
  const to = requiredKey(after.hive, key);
  const isSecret = secretKeys(after.hive);
  const found = [...diffHives(from, to)].filter(({ kind }) => security || kind !== "security-changed");
  const differences = found.map((each) => describe(each, to.path, isSecret));
  const findings = [...before.hive.findings.list, ...after.hive.findings.list];
  return { equal: differences.length === 0, differences, findings };
}

/**
 * The .reg file that makes of the first hive the second.
 *
 * @param root what the file calls the root of the hives; default: where Windows shows a hive of their kind
 * @throws AdkError `REG_NO_SUCH_KEY`, `REG_BAD_ROOT`
 */
export function diffAsRegFile(
  before: OpenedHive,
  after: OpenedHive,
  { key = "", root = usualRoot(after.hive) }: DiffHiveOptions & { readonly root?: string | undefined },
): Uint8Array {
  const to = requiredKey(after.hive, key);
  const from = requiredKey(before.hive, key);
  return formatRegFile(diffToRegFile(from, to, { root: joinKeyPath(root, to.path) }));
}

function describe(difference: HiveDifference, above: string, isSecret: (path: string) => boolean): RegistryDifference {
  const { kind } = difference;
  const key = joinKeyPath(above, difference.path);
  switch (difference.kind) {
    case "key-added":
    case "key-removed":
      return { kind, key };
    case "class-changed": {
      const [before, after] = [difference.before.className, difference.after.className];
      return { kind, key, ...sides(before, after) };
    }
    case "security-changed":
      return { kind, key, ...sides(securityText(difference.before), securityText(difference.after)) };
    case "value-added":
      return { kind, key, name: difference.name, ...sides(undefined, typed(difference.after, isSecret(key))) };
    case "value-removed":
      return { kind, key, name: difference.name, ...sides(typed(difference.before, isSecret(key)), undefined) };
    default: {
      const secret = isSecret(key);
      const { before, after, name } = difference;
      return { kind, key, name, ...sides(typed(before, secret), typed(after, secret)) };
    }
  }
}

type Side = NonNullable<RegistryDifference["before"]>;

function sides(before: Side | undefined, after: Side | undefined): Pick<RegistryDifference, "before" | "after"> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function typed(value: Value, secret: boolean): Side {
  const data = secret ? undefined : value.hive.attempt(() => value.data());
  return { type: formatRegType(value.type), ...(data ? { data: jsonData(value.type, data) } : {}) };
}
