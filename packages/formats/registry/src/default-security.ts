import { parseSddl, securityDescriptorToBytes } from "@adk/core";

/** Administrators and the system may do everything, users may read; keys below inherit it. */
const DEFAULT_SECURITY = "O:BAG:SYD:(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;BU)";

/** The security descriptor of a root for which nobody gave one. */
export function defaultSecurity(): Uint8Array {
  return securityDescriptorToBytes(parseSddl(DEFAULT_SECURITY));
}
