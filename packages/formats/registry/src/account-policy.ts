import type { Hive } from "./hive.ts";

/** The rules for passwords and lockout of the accounts of a machine. Times are seconds; undefined stands for never. */
export interface AccountPolicy {
  readonly maxPasswordAge: number | undefined;
  readonly minPasswordAge: number | undefined;
  /** Characters. */
  readonly minPasswordLength: number;
  /** Passwords that may not be used again. */
  readonly passwordHistoryLength: number;
  readonly complexPasswords: boolean;
  /** Wrong passwords before an account is locked; 0 for any number. */
  readonly lockoutThreshold: number;
  readonly lockoutDuration: number | undefined;
  readonly lockoutWindow: number | undefined;
}

const ACCOUNT = "SAM\\Domains\\Account";
/** Bytes of the value up to where the policy ends. What follows protects passwords and is not looked at. */
const POLICY_SIZE = 86;
/** DOMAIN_PASSWORD_COMPLEX ([MS-SAMR] 2.2.3.5). */
const COMPLEX = 1;
/** The longest interval there is: never. */
const NEVER = -(2n ** 63n);

/**
 * The account policy in a SAM hive; undefined where there is none. The layout is that which published tools agree on; it was not compared
 * with a hive of a real machine.
 */
export function accountPolicy(hive: Hive): AccountPolicy | undefined {
  const value = hive.key(ACCOUNT)?.value("F");
  const data = value && hive.attempt(() => value.data());
  if (!data || data.length < POLICY_SIZE) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, POLICY_SIZE);
  /** Stored as a negative number of 100 ns. */
  const seconds = (at: number): number | undefined => {
    const interval = view.getBigInt64(at, true);
    return interval === NEVER ? undefined : Number(-interval / 10_000_000n);
  };
  return {
    maxPasswordAge: seconds(24),
    minPasswordAge: seconds(32),
    minPasswordLength: view.getUint16(80, true),
    passwordHistoryLength: view.getUint16(82, true),
    complexPasswords: (view.getUint32(76, true) & COMPLEX) !== 0,
    lockoutThreshold: view.getUint16(84, true),
    lockoutDuration: seconds(48),
    lockoutWindow: seconds(56),
  };
}
