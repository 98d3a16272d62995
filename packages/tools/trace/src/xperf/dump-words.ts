/** Words of flags and classes as dumps have them; numbers are those of wdm.h and ntifs.h. */

/** By bit, from the lowest: what `IRP_NOCACHE` and the others are called, of which some stand for two things. */
export const IRP_WORDS: readonly string[] = [
  "nocache",
  "paging_io",
  "synchronous_api",
  "associated_irp",
  "buffered_io",
  "deallocate_buffer",
  "input_operation",
  "create_operation",
  "read_operation",
  "write_operation",
  "close_operation",
  "defer_io_completion",
  "ob_query_name",
  "hold_device_queue",
];

const OPTION_WORDS: readonly string[] = [
  "directory_file",
  "write_through",
  "sequential_only",
  "no_intermediate_buffering",
  "synchronous_io_alert",
  "synchronous_io_nonalert",
  "non_directory_file",
  "create_tree_connection",
  "complete_if_oplocked",
  "no_ea_knowledge",
  "open_remote_instance",
  "random_access",
  "delete_on_close",
  "open_by_file_id",
  "open_for_backup_intent",
  "no_compression",
  "open_requiring_oplock",
  "disallow_exclusive",
  "session_aware",
  "",
  "reserve_opfilter",
  "open_reparse_point",
  "open_no_recall",
  "open_for_free_space_query",
];

/** What is to be done where the file is there, or is not: the highest byte of the options. */
const DISPOSITIONS: readonly string[] = ["supersede", "open", "create", "open_if", "overwrite", "overwrite_if"];

export const ATTRIBUTE_WORDS: readonly string[] = [
  "readonly",
  "hidden",
  "system",
  "",
  "directory",
  "archive",
  "device",
  "normal",
  "temporary",
  "sparse_file",
  "reparse_point",
  "compressed",
  "offline",
  "not_content_indexed",
  "encrypted",
];

export const SHARE_WORDS: readonly string[] = ["read", "write", "delete"];

/** Of VirtualAlloc and VirtualFree: `MEM_COMMIT` is bit 12. A range that is reserved and committed is so in this order. */
const MEMORY_WORDS: readonly (readonly [bit: number, word: string])[] = [
  [0x2000, "RESERVE"],
  [0x1000, "COMMIT"],
  [0x4000, "DECOMMIT"],
  [0x8000, "RELEASE"],
  [0x8_0000, "RESET"],
  [0x10_0000, "TOP_DOWN"],
  [0x20_0000, "WRITE_WATCH"],
  [0x40_0000, "PHYSICAL"],
  [0x2000_0000, "LARGE_PAGES"],
];

/** `write_operation | defer_io_completion | 17 | 18`: a bit without a word is its number. */
export function flagWords(value: number, words: readonly string[]): string {
  const found: string[] = [];
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) found.push(words[bit] || String(bit));
  return found.join(" | ");
}

export function optionWords(value: number): string {
  const words = flagWords(value & 0xff_ffff, OPTION_WORDS);
  return [DISPOSITIONS[value >>> 24] ?? String(value >>> 24), words].filter((each) => each !== "").join(" | ");
}

export function memoryWords(value: number): string {
  return MEMORY_WORDS.flatMap(([bit, word]) => (value & bit ? [word] : [])).join(" ");
}

/** FILE_INFORMATION_CLASS, from 1. */
const INFORMATION_CLASSES: readonly string[] =
  `Directory FullDirectory BothDirectory Basic Standard Internal Ea Access Name Rename
  Link Names Disposition Position FullEa Mode Alignment All Allocation EndOfFile AlternateName Stream Pipe PipeLocal PipeRemote
  MailslotQuery MailslotSet Compression ObjectId Completion MoveCluster Quota ReparsePoint NetworkOpen AttributeTag Tracking
  IdBothDirectory IdFullDirectory ValidDataLength ShortName IoCompletionNotification IoStatusBlockRange IoPriorityHint SfioReserve
  SfioVolume HardLink ProcessIdsUsingFile NormalizedName NetworkPhysicalName IdGlobalTxDirectory IsRemoteDevice Unused NumaNode
  StandardLink RemoteProtocol RenameInformationBypassAccessCheck LinkInformationBypassAccessCheck VolumeName Id IdExtdDirectory
  ReplaceCompletion HardLinkFullId IdExtdBothDirectory DispositionInformationEx RenameInformationEx
  RenameInformationExBypassAccessCheck DesiredStorageClass Stat MemoryPartition StatLx CaseSensitive LinkInformationEx
  LinkInformationExBypassAccessCheck StorageReserveId CaseSensitiveInformationForceAccessCheck`.split(/\s+/);

/** `FileBasicInformation`; the number of one that is not known. */
export function informationClass(value: number): string {
  const name = INFORMATION_CLASSES[value - 1];
  if (name === undefined) return String(value);
  return `File${name}${name.includes("Information") ? "" : "Information"}`;
}

/** KEY_INFORMATION_CLASS. */
const KEY_INFORMATION_CLASSES: readonly string[] =
  "Basic Node Full Name Cached Flags Virtualization HandleTags Trust Layer".split(" ");

export function keyInformationClass(value: number): string {
  const name = KEY_INFORMATION_CLASSES[value];
  return name === undefined ? String(value) : `Key${name}Information`;
}
