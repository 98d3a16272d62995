/** An exit code or NTSTATUS: small ones as numbers, others as Windows' documents have them, `0xc0000005`. */
export function formatStatus(status: number): string {
  const unsigned = status >>> 0;
  return unsigned < 0x1_0000 ? String(unsigned) : `0x${unsigned.toString(16)}`;
}
