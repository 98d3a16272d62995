// Entity identifiers, ECMA-167 1/7.4: who wrote something, or which rules it follows.

/** @param suffix what the identifier means by its last bytes */
export function entityId(identifier: string, suffix: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(new TextEncoder().encode(identifier).subarray(0, 23), 1);
  bytes.set(suffix, 24);
  return bytes;
}

/** The revision 1.02, as entity identifiers of OSTA have it. */
export const UDF_102 = [0x02, 0x01] as const;
/** Bit of the domain flags: the volume is not to be written to. */
const HARD_WRITE_PROTECT = 1;

export const DOMAIN_ID = entityId("*OSTA UDF Compliant", [...UDF_102, HARD_WRITE_PROTECT]);
