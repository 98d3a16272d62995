/** What ImageX can be asked to do, and the words that each operation takes. */
export interface ImageXOperation {
  /** Names of the words, those in brackets optional. */
  readonly words: readonly string[];
  readonly options: readonly ImageXOption[];
}

const WITH_VALUE = ["compress", "config", "flags", "logfile", "ref", "temp"] as const;
const WITHOUT_VALUE = ["boot", "check", "norpfix", "scroll", "verify", "xml"] as const;
export type ImageXOption = (typeof WITH_VALUE)[number] | (typeof WITHOUT_VALUE)[number];

/** Options of every operation. They change nothing here. */
const EVERYWHERE: readonly ImageXOption[] = ["logfile", "scroll", "temp"];

export const imagexOperations = {
  append: {
    words: ["image_path", "image_file", '"image_name"', '["description"]'],
    options: ["boot", "check", "config", "flags", "norpfix", "verify"],
  },
  apply: {
    words: ["image_file", "{image_number | image_name}", "image_path"],
    options: ["check", "norpfix", "ref", "verify"],
  },
  capture: {
    words: ["image_path", "image_file", '"image_name"', '["description"]'],
    options: ["boot", "check", "compress", "config", "flags", "norpfix", "verify"],
  },
  delete: { words: ["image_file", "{image_number | image_name}"], options: ["check"] },
  dir: { words: ["image_file", "{image_number | image_name}"], options: [] },
  export: {
    words: ["src_file", "{src_number | src_name | *}", "dest_file", '["dest_name"]'],
    options: ["boot", "check", "compress", "ref"],
  },
  info: {
    words: ["img_file", "[img_number | img_name]", '["new_name"]', '["new_description"]'],
    options: ["boot", "check", "xml"],
  },
  split: { words: ["image_file", "dest_file", "size"], options: ["check"] },
} as const satisfies Record<string, ImageXOperation>;
export type ImageXVerb = keyof typeof imagexOperations;

const MOUNTS = ["cleanup", "commit", "mount", "mountrw", "remount", "unmount"];

/** An operation by its name in any case: one that is done here, or one that is only recognised. */
export function findOperation(name: string): ImageXVerb | "mounts" | undefined {
  const lower = name.toLowerCase();
  if (MOUNTS.includes(lower)) return "mounts";
  return (Object.keys(imagexOperations) as ImageXVerb[]).find((verb) => verb === lower);
}

/** An option by its name in any case, and whether a value follows it. */
export function findImageXOption(name: string): { name: ImageXOption; takesValue: boolean } | undefined {
  const lower = name.toLowerCase();
  const withValue = WITH_VALUE.find((each) => each === lower);
  if (withValue) return { name: withValue, takesValue: true };
  const without = WITHOUT_VALUE.find((each) => each === lower);
  return without && { name: without, takesValue: false };
}

export function takesOption(verb: ImageXVerb, name: ImageXOption): boolean {
  const { options }: ImageXOperation = imagexOperations[verb];
  return EVERYWHERE.includes(name) || options.includes(name);
}

/** Least and most words. */
export function wordCount(verb: ImageXVerb): readonly [least: number, most: number] {
  const { words }: ImageXOperation = imagexOperations[verb];
  return [words.filter((word) => !word.startsWith("[")).length, words.length];
}
