/** Of the example, which is JavaScript. */
declare module "*/boot-programs.mjs" {
  /** 2048 bytes, of which the first 512 are a boot sector. @param text ASCII; at most some 400 characters */
  export function biosProgram(text: string): Uint8Array;
  export function efiProgram(text: string): Uint8Array;
}
