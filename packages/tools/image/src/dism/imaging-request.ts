import type { SourceSelector } from "@adk/core";
import type { WimCompression } from "@adk/wim";

/** What DISM and ImageX are asked for, apart from showing something. Paths are those of the host. */
export type ImagingRequest = ApplyRequest | CaptureRequest | ExportRequest | DeleteRequest | SplitRequest;

/** An image of a file. */
export interface ImageChoice {
  readonly file: string;
  /** Undefined only where the command works on all of the file. */
  readonly selector: SourceSelector | undefined;
}

export interface ApplyRequest {
  readonly kind: "apply";
  readonly image: ImageChoice;
  readonly to: string;
  /** Stop if the file is not what its integrity table and hashes say. */
  readonly check: boolean;
  /** Pattern of the parts of a split set, as a path. */
  readonly parts: string | undefined;
}

export interface CaptureRequest {
  /** Into a new file, or as a further image of one. */
  readonly kind: "capture" | "append";
  readonly from: string;
  readonly file: string;
  readonly name: string;
  readonly description: string | undefined;
  /** Edition id. */
  readonly flags: string | undefined;
  readonly config: string | undefined;
  readonly compression: WimCompression | undefined;
  readonly boot: boolean;
  /** Write an integrity table. */
  readonly check: boolean;
  /** Read everything again when it is written. */
  readonly verify: boolean;
  readonly rpfix: boolean;
}

export interface ExportRequest {
  readonly kind: "export";
  readonly image: ImageChoice;
  readonly to: string;
  readonly name: string | undefined;
  readonly compression: WimCompression | undefined;
  readonly solid: boolean;
  readonly boot: boolean;
  readonly check: boolean;
  readonly parts: string | undefined;
}

export interface DeleteRequest {
  readonly kind: "delete";
  readonly image: ImageChoice;
  readonly check: boolean;
}

export interface SplitRequest {
  readonly kind: "split";
  readonly file: string;
  /** The first part. */
  readonly to: string;
  /** Most bytes of a part. */
  readonly partSize: number;
  readonly check: boolean;
}
