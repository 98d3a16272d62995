import type { LongOperation } from "@adk/core";
import { openSourceFile } from "@adk/sources";
import { recoverWim } from "@adk/wim";
import type { WimRecoverResult } from "./schemas.ts";

export interface RecoverWimOptions extends LongOperation {
  readonly threads?: number | undefined;
  /** Replace a file that is there. */
  readonly overwrite?: boolean | undefined;
}

/** Saves what can be read of a damaged file into a new one. */
export async function recoverFile(source: string, out: string, options: RecoverWimOptions): Promise<WimRecoverResult> {
  const { access } = await openSourceFile(source);
  try {
    const { ok, images, lost, blobs, findings } = await recoverWim(access, out, options);
    return { file: out, ok, images: [...images], lost: [...lost], blobs, findings: [...findings] };
  } finally {
    await access.close();
  }
}
