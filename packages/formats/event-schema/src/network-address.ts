const AF_INET = 2;
const AF_INET6 = 23;

export function formatIpv4(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** RFC 5952: the longest row of zero groups is left out; embedded IPv4 addresses as such. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.slice(12, 16).join(".")}`;
  }
  let [start, length] = [0, 0];
  for (let index = 0; index < 8; index++) {
    let run = index;
    while (run < 8 && groups[run] === 0) run++;
    if (run - index > length) [start, length] = [index, run - index];
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return length < 2 ? hex(0, 8) : `${hex(0, start)}::${hex(start + length, 8)}`;
}

/** A SOCKADDR: `192.0.2.1:80`, `[2001:db8::1]:80`; undefined for families that are neither. */
export function formatSocketAddress(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2);
  if (family === AF_INET) return `${formatIpv4(view, 4)}:${port}`;
  if (family === AF_INET6 && bytes.length >= 24) return `[${formatIpv6(bytes.subarray(8, 24))}]:${port}`;
  return undefined;
}
