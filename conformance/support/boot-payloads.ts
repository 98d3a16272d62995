// Programs of our own that firmware starts: they write a line to the first serial port and end the virtual machine with exit
// code 85, by the port 0xF4 that QEMU's isa-debug-exit listens to.

const EXIT_VALUE = 0x2a;

/** A boot sector for a BIOS, loaded to 0:7C00 in real mode; 2048 bytes. */
export function biosPayload(): Uint8Array {
  const code: number[] = [];
  // cli; xor ax, ax; mov ds, ax; jmp 0:next; next:
  code.push(0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0xea, 0x0a, 0x7c, 0x00, 0x00);
  const message = [...new TextEncoder().encode("ADK-BOOT-BIOS-OK\r\n\0")];
  const body = serialLoop(16);
  const messageAt = 0x7c00 + code.length + 3 + body.length;
  // mov si, message
  code.push(0xbe, messageAt & 0xff, messageAt >> 8, ...body, ...message);
  const image = new Uint8Array(2048);
  image.set(code);
  image.set([0x55, 0xaa], 510);
  return image;
}

/** Writes the text at (r)si to the port 0x3F8, then ends the machine; the same opcodes in 16 and 64 bits. */
function serialLoop(bits: 16 | 64): number[] {
  const movDx = (port: number) => (bits === 16 ? [0xba, port & 0xff, port >> 8] : [0x66, 0xba, port & 0xff, port >> 8]);
  // next: lodsb; test al, al; jz done; mov ah, al
  const load = [0xac, 0x84, 0xc0, 0x74, 0, 0x88, 0xc4];
  // wait: mov dx, 3FD; in al, dx; test al, 20; jz wait
  const wait = [...movDx(0x3fd), 0xec, 0xa8, 0x20, 0x74, 0];
  wait[wait.length - 1] = -wait.length & 0xff;
  // mov al, ah; mov dx, 3F8; out dx, al; jmp next
  const write = [0x88, 0xe0, ...movDx(0x3f8), 0xee, 0xeb, 0];
  load[4] = wait.length + write.length + 2;
  write[write.length - 1] = -(load.length + wait.length + write.length) & 0xff;
  // done: mov al, value; mov dx, F4; out dx, al; hang: hlt; jmp hang
  const done = [0xb0, EXIT_VALUE, ...movDx(0xf4), 0xee, 0xf4, 0xeb, 0xfd];
  return [...load, ...wait, ...write, ...done];
}

/** A UEFI application for x64: a PE32+ file with one section. */
export function efiPayload(): Uint8Array {
  const message = new TextEncoder().encode("ADK-BOOT-UEFI-OK\r\n\0");
  const body = serialLoop(64);
  // cli; lea rsi, [rip + body]
  const code = [0xfa, 0x48, 0x8d, 0x35, body.length, 0, 0, 0, ...body, ...message];
  const file = new Uint8Array(1024);
  const view = new DataView(file.buffer);
  file.set([0x4d, 0x5a]);
  view.setUint32(0x3c, 0x40, true);
  file.set([0x50, 0x45, 0, 0], 0x40);
  // COFF header: x64, one section, an optional header of 240 bytes, executable and large address aware.
  view.setUint16(0x44, 0x8664, true);
  view.setUint16(0x46, 1, true);
  view.setUint16(0x54, 240, true);
  view.setUint16(0x56, 0x22, true);
  const optional = 0x58;
  view.setUint16(optional, 0x20b, true);
  view.setUint32(optional + 4, 512, true);
  view.setUint32(optional + 16, 0x1000, true);
  view.setUint32(optional + 20, 0x1000, true);
  view.setBigUint64(optional + 24, 0x40_0000n, true);
  view.setUint32(optional + 32, 0x1000, true);
  view.setUint32(optional + 36, 0x200, true);
  view.setUint32(optional + 56, 0x2000, true);
  view.setUint32(optional + 60, 0x200, true);
  // EFI application; 16 data directories, none of them used.
  view.setUint16(optional + 68, 10, true);
  view.setUint32(optional + 108, 16, true);
  const section = optional + 240;
  file.set(new TextEncoder().encode(".text"), section);
  view.setUint32(section + 8, code.length, true);
  view.setUint32(section + 12, 0x1000, true);
  view.setUint32(section + 16, 0x200, true);
  view.setUint32(section + 20, 0x200, true);
  view.setUint32(section + 36, 0x6000_0020, true);
  file.set(code, 0x200);
  return file;
}
