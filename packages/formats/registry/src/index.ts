/** Reads, replays, writes, checks and repairs the registry of a Windows that does not run: hives (regf) and `.reg` files. */

// A hive, its keys and values.

export { type AccountPolicy, accountPolicy } from "./account-policy.ts";
export { type BaseBlock, isHive } from "./base-block.ts";
export type { Hive } from "./hive.ts";
export { Key } from "./key.ts";
export { KeyFlag, type LayerSemantics } from "./key-node.ts";
export { ValueFlag } from "./key-value.ts";
export { type OpenHiveOptions, openHive, openHiveFile } from "./open-hive.ts";
export type { Value } from "./value.ts";
export { type WalkedKey, walkKeys } from "./walk.ts";

// What values hold.

export {
  numberData,
  numberOf,
  textData,
  textOf,
  textsData,
  textsOf,
  type ValueContent,
  valueContent,
} from "./value-data.ts";
export { formatRegType, parseRegType, RegType } from "./value-type.ts";

// Changing a hive.

export { type CreateHiveOptions, type EditOptions, HiveEditor } from "./hive-editor.ts";
export type { SavedHive } from "./save.ts";

// A hive as a whole.

export { checkHive, type HiveReport } from "./check.ts";
export { compactHive } from "./compact.ts";
export { diffHives, type HiveDifference } from "./diff.ts";
export { type RecoveredKey, type RecoveredValue, recoverDeleted } from "./recover-deleted.ts";
export { type RepairedHive, repairHive } from "./repair.ts";

// `.reg` files.

export type { RegFile, RegFileContent, RegFileKey, RegFileValue } from "./reg-file.ts";
export { type DiffRegFileOptions, diffToRegFile } from "./reg-file-diff.ts";
export { type ExportRegFileOptions, exportRegFile, toRegFile } from "./reg-file-export.ts";
export { type ImportRegFileOptions, importRegFile, type RegFileChange } from "./reg-file-import.ts";
export { type ParseRegFileOptions, parseRegFile } from "./reg-file-parser.ts";
export { formatRegFile } from "./reg-file-writer.ts";
export { expandRoot, joinKeyPath, pathBelow, splitKeyPath } from "./registry-path.ts";

// The hives of a Windows together, by the paths of one that runs.

export { currentControlSet, resolveControlSet } from "./control-set.ts";
export { type HiveRole, hiveRole, usualRoot } from "./hive-role.ts";
export type { KeyView } from "./merged-key.ts";
export {
  type HiveLocation,
  type HiveMount,
  type MachineHive,
  OfflineHives,
  type OfflineHivesOptions,
  openOfflineHives,
} from "./offline-hives.ts";
export type { OfflineUser } from "./offline-users.ts";
export { secretKeys } from "./secrets.ts";
export { editVolumeHive, openVolumeHive, type VolumeHive } from "./volume-hive.ts";
