import type { Finding } from "@adk/core";
import type { BootStore } from "./boot-store.ts";
import { type ElementValue, elementValue } from "./element-value.ts";
import { objectNames } from "./object-name.ts";

/** A setting that weakens the security of what is booted. */
interface WeakOption {
  readonly id: number;
  readonly weak: (value: ElementValue) => boolean;
  readonly message: string;
}

const on = (value: ElementValue) => value.format === "boolean" && value.on;
const off = (value: ElementValue) => value.format === "boolean" && !value.on;
const is = (number: bigint) => (value: ElementValue) => value.format === "integer" && value.number === number;
const says = (pattern: RegExp) => (value: ElementValue) => value.format === "string" && pattern.test(value.text);

const WEAK_OPTIONS: readonly WeakOption[] = [
  { id: 0x1600_0048, weak: on, message: "nointegritychecks: signatures of boot files and drivers are not checked." },
  { id: 0x2600_0026, weak: on, message: "oslnointegritychecks: signatures of boot files and drivers are not checked." },
  { id: 0x1600_0049, weak: on, message: "testsigning: drivers with test signatures are loaded." },
  { id: 0x2600_0027, weak: on, message: "osltestsigning: drivers with test signatures are loaded." },
  { id: 0x1600_007e, weak: on, message: "flightsigning: code signed for previews of Windows is loaded." },
  {
    id: 0x1200_0030,
    weak: says(/DISABLE_INTEGRITY_CHECKS|TESTSIGNING|NOINTEGRITYCHECKS/i),
    message: "loadoptions: checks of signatures are turned off.",
  },
  { id: 0x1600_0010, weak: on, message: "bootdebug: a debugger can take over the boot application." },
  { id: 0x2600_00a0, weak: on, message: "debug: a debugger can take over the kernel." },
  { id: 0x2600_00f2, weak: on, message: "hypervisordebug: a debugger can take over the hypervisor." },
  { id: 0x2500_0020, weak: is(2n), message: "nx AlwaysOff: data can be executed as code." },
  { id: 0x2600_00e1, weak: on, message: "disableelamdrivers: anti-malware drivers are not started early." },
  { id: 0x2500_0100, weak: is(1n), message: "tpmbootentropy ForceDisable: no entropy is taken from the TPM." },
  { id: 0x2500_00f0, weak: is(0n), message: "hypervisorlaunchtype Off: there is no virtualization-based security." },
  { id: 0x1600_0060, weak: off, message: "isolatedcontext off: the boot application does not run on its own." },
  { id: 0x1600_0041, weak: on, message: "optionsedit: anybody at the keyboard can edit the options of the boot." },
];

/** The warning for a value, if it weakens security. */
export function weakens(id: number, value: ElementValue): string | undefined {
  return WEAK_OPTIONS.find((option) => option.id === id && option.weak(value))?.message;
}

/** A warning for each setting of a store that weakens the security of what is booted. */
export function weakOptions(store: BootStore): Finding[] {
  const nameOf = objectNames(store);
  const findings: Finding[] = [];
  for (const object of store.objects) {
    for (const element of object.elements) {
      const message = weakens(element.id, elementValue(element.id, element));
      const where = { file: store.name, path: nameOf(object.id) };
      if (message !== undefined) findings.push({ severity: "warning", code: "BCD_WEAK_OPTION", message, where });
    }
  }
  return findings;
}
