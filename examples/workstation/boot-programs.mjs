// Programs of our own that firmware starts, for media without Windows: they write a line on the screen and to the first serial
// port, and stop. Of the number that they write to port 0xF4 QEMU's isa-debug-exit makes exit code 85; nothing listens there on
// other machines. Opcodes: Intel's Software Developer's Manual, volume 2.

const EXIT_VALUE = 0x2a;
const SERIAL_DATA = 0x3f8;
const SERIAL_STATUS = 0x3fd;
const EXIT_PORT = 0xf4;
/** Where a BIOS loads it. */
const BIOS_START = 0x7c00;

/** What a BIOS starts from a disc without emulation (El Torito), or as the first sector of a disk. */
export function biosProgram(text) {
  const message = [...new TextEncoder().encode(`${text}\r\n\0`)];
  // cli; xor ax, ax; mov ds, ax; mov ss, ax; mov sp, 7C00; jmp 0:next; next: sti; cld
  const start = [0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x7c, 0xea, 0x0f, 0x7c, 0x00, 0x00, 0xfb, 0xfc];
  // push ax; mov ah, 0E; mov bx, 7; int 10; pop ax: a character on the screen
  const body = writeLoop(16, [0x50, 0xb4, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10, 0x58]);
  const address = BIOS_START + start.length + 3 + body.length;
  // mov si, message
  const code = [...start, 0xbe, address & 0xff, address >> 8, ...body, ...message];
  if (code.length > 510) throw new RangeError("the text is too long for a boot sector");
  const sectors = new Uint8Array(2048);
  sectors.set(code);
  sectors.set([0x55, 0xaa], 510);
  return sectors;
}

/** A UEFI application for x64: a PE32+ file with one section (PE Format, learn.microsoft.com). */
export function efiProgram(text) {
  const body = writeLoop(64, []);
  const narrow = [...new TextEncoder().encode(`${text}\r\n\0`)];
  const wide = [...`${text}\r\n\0`].flatMap((character) => [
    character.charCodeAt(0) & 0xff,
    character.charCodeAt(0) >> 8,
  ]);
  // sub rsp, 28; mov rcx, [rdx + 40] (ConOut); lea rdx, [rip + wide]; call [rcx + 8] (OutputString); cli; cld; lea rsi, [rip + narrow]
  const code = [
    0x48,
    0x83,
    0xec,
    0x28,
    0x48,
    0x8b,
    0x4a,
    0x40,
    0x48,
    0x8d,
    0x15,
    ...zeros(4),
    0xff,
    0x51,
    0x08,
    0xfa,
    0xfc,
  ];
  code.push(0x48, 0x8d, 0x35, ...zeros(4));
  const narrowAt = code.length + body.length;
  setInt32(code, 11, narrowAt + narrow.length - 15);
  setInt32(code, code.length - 4, narrowAt - code.length);
  return peFile([...code, ...body, ...narrow, ...wide]);
}

/** Writes the text at (r)si to the serial port, then ends the machine. @param each what is done with a character in al before */
function writeLoop(bits, each) {
  const movDx = (port) => (bits === 16 ? [0xba, port & 0xff, port >> 8] : [0x66, 0xba, port & 0xff, port >> 8]);
  // next: lodsb; test al, al; jz done
  const load = [0xac, 0x84, 0xc0, 0x74, 0];
  // mov ah, al; wait: mov dx, status; in al, dx; test al, 20; jz wait
  const wait = [...movDx(SERIAL_STATUS), 0xec, 0xa8, 0x20, 0x74, 0];
  wait[wait.length - 1] = -wait.length & 0xff;
  // mov al, ah; mov dx, data; out dx, al; jmp next
  const write = [0x88, 0xe0, ...movDx(SERIAL_DATA), 0xee, 0xeb, 0];
  const loop = [...each, 0x88, 0xc4, ...wait, ...write];
  load[4] = loop.length;
  loop[loop.length - 1] = -(load.length + loop.length) & 0xff;
  // done: mov al, value; mov dx, port; out dx, al; halt: hlt; jmp halt
  return [...load, ...loop, 0xb0, EXIT_VALUE, ...movDx(EXIT_PORT), 0xee, 0xf4, 0xeb, 0xfd];
}

function peFile(code) {
  const size = Math.ceil(code.length / 512) * 512;
  const file = new Uint8Array(512 + size);
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
  view.setUint32(optional + 4, size, true);
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
  view.setUint32(section + 16, size, true);
  view.setUint32(section + 20, 0x200, true);
  view.setUint32(section + 36, 0x6000_0020, true);
  file.set(code, 0x200);
  return file;
}

function zeros(count) {
  return new Array(count).fill(0);
}

function setInt32(bytes, at, value) {
  for (let i = 0; i < 4; i++) bytes[at + i] = (value >> (8 * i)) & 0xff;
}
