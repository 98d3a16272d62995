import { DecoratedName } from "./decorated-name.ts";
import { UnreadableName } from "./name-cursor.ts";

/** C functions of 32-bit images: `_name@8` (stdcall), `@name@8` (fastcall). */
const C_FUNCTION = /^[_@]([^@?]+)@\d+$/;

/**
 * The name of a function as its source has it, with its scopes and template arguments, without result and parameters. Names of
 * other kinds, and such that cannot be read, are given back as they are.
 */
export function undecorate(name: string): string {
  if (!name.startsWith("?")) return C_FUNCTION.exec(name)?.[1] ?? name;
  try {
    return new DecoratedName(name).symbol();
  } catch (error) {
    if (error instanceof UnreadableName) return name;
    throw error;
  }
}
