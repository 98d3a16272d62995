import { biosProgram, efiProgram } from "../../examples/workstation/boot-programs.mjs";

// Programs that firmware starts: they write a line to the first serial port and end the virtual machine with exit code 85, by the
// port 0xF4 that QEMU's isa-debug-exit listens to.

/** A boot sector for a BIOS, loaded to 0:7C00 in real mode; 2048 bytes. */
export function biosPayload(): Uint8Array {
  return biosProgram("ADK-BOOT-BIOS-OK");
}

/** A UEFI application for x64. */
export function efiPayload(): Uint8Array {
  return efiProgram("ADK-BOOT-UEFI-OK");
}
