/**
 * A `.reg` file: what regedit and `reg export` write, and people edit. It is a list of changes in the order of the file; the
 * text of a whole key is the change that sets all of it.
 */
export interface RegFile {
  /** 4 for `REGEDIT4`, whose strings are in an ANSI code page; 5 for `Windows Registry Editor Version 5.00`. */
  readonly version: 4 | 5;
  readonly keys: readonly RegFileKey[];
}

/** `[KEY]` with the values below it, or `[-KEY]`. */
export interface RegFileKey {
  /** As it is written, the root at its start: `HKEY_LOCAL_MACHINE\SOFTWARE\Example`. */
  readonly path: string;
  /** `[-KEY]`: the key goes, and all below it. */
  readonly remove: boolean;
  readonly values: readonly RegFileValue[];
  /** Line of the file, from 1; 0 of a key that was not read from one. */
  readonly line: number;
}

/** `"name"=data`, or `"name"=-`. */
export interface RegFileValue {
  /** Empty for the default value, `@`. */
  readonly name: string;
  /** What the value becomes; undefined where it goes. */
  readonly content: RegFileContent | undefined;
  readonly line: number;
}

/** Type and data as the hive stores them, whatever spelling the file uses. */
export interface RegFileContent {
  /** REG_* or any other 32-bit number. */
  readonly type: number;
  readonly data: Uint8Array;
}

export const REG_FILE_HEADER_4 = "REGEDIT4";
export const REG_FILE_HEADER_5 = "Windows Registry Editor Version 5.00";
