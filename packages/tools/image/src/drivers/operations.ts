import { ByteWriter } from "@adk/core";
import { RegType, textData, textsData } from "@adk/registry";

/**
 * One step of what a driver changes in an image, as data: nothing is done by it. Paths are those of the volume, keys those of a
 * running Windows (`HKLM\SYSTEM\CurrentControlSet\...`).
 */
export type DriverOperation =
  /** @property from path in the driver package, from its root: `/x64/a.sys` */
  | { readonly kind: "copy-file"; readonly from: string; readonly to: string }
  /** A file or directory with all below it, where it is there. */
  | { readonly kind: "delete-path"; readonly path: string }
  | { readonly kind: "create-key"; readonly key: string }
  | {
      readonly kind: "set-value";
      readonly key: string;
      readonly name: string;
      readonly type: number;
      readonly data: Uint8Array;
      /** Only where the value is there already, or is not. */
      readonly onlyIf?: "present" | "absent" | undefined;
    }
  | { readonly kind: "delete-value"; readonly key: string; readonly name: string }
  | { readonly kind: "delete-key"; readonly key: string }
  /** Texts of a REG_MULTI_SZ, in any case: those that are not there are added, or those that are there taken away. */
  | { readonly kind: "add-texts"; readonly key: string; readonly name: string; readonly texts: readonly string[] }
  | { readonly kind: "remove-texts"; readonly key: string; readonly name: string; readonly texts: readonly string[] };

/** Operations in the order in which they are to be done. */
export class OperationList {
  readonly list: DriverOperation[] = [];

  add(operation: DriverOperation): void {
    this.list.push(operation);
  }

  key(key: string): void {
    this.add({ kind: "create-key", key });
  }

  text(key: string, name: string, text: string, type: number = RegType.SZ): void {
    this.bytes(key, name, textData(text, type), type);
  }

  texts(key: string, name: string, texts: readonly string[]): void {
    this.bytes(key, name, textsData(texts), RegType.MULTI_SZ);
  }

  number(key: string, name: string, number: number): void {
    this.bytes(key, name, new ByteWriter(4).u32(number).finish(), RegType.DWORD);
  }

  bytes(key: string, name: string, data: Uint8Array, type: number = RegType.BINARY): void {
    this.add({ kind: "set-value", key, name, type, data });
  }
}
