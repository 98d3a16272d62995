import type { Finding, Guid } from "@adk/core";
import type { BootStore } from "./boot-store.ts";
import { formatElement } from "./element-text.ts";
import { elementName } from "./element-type.ts";
import { type ElementValue, elementValue } from "./element-value.ts";
import { objectNames } from "./object-name.ts";

/** A setting of a store that weakens the security of what is booted. */
export interface WeakOption {
  readonly object: Guid;
  /** Of the element. */
  readonly id: number;
  /** bcdedit's name of the element, and its value. */
  readonly name: string;
  readonly value: string;
  /** `warning`: a protection is off. `info`: less than the default, or left behind by somebody at work. */
  readonly severity: "warning" | "info";
  /** One line. */
  readonly why: string;
}

type Weakness = Pick<WeakOption, "severity" | "why">;

/** What a value means for security; undefined where it takes nothing away. */
type Judge = (value: ElementValue) => Weakness | undefined;

const on = (why: string, severity: Weakness["severity"] = "warning"): Judge => {
  return (value) => (value.format === "boolean" && value.on ? { severity, why } : undefined);
};
const off = (why: string, severity: Weakness["severity"] = "warning"): Judge => {
  return (value) => (value.format === "boolean" && !value.on ? { severity, why } : undefined);
};
const numbers = (weak: Readonly<Record<number, Weakness>>): Judge => {
  return (value) => (value.format === "integer" ? weak[Number(value.number)] : undefined);
};
const warning = (why: string): Weakness => ({ severity: "warning", why });
const info = (why: string): Weakness => ({ severity: "info", why });

/** Words of `loadoptions`, in upper case, that turn protections off. */
const LOAD_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/D?DISABLE_INTEGRITY_CHECKS|NOINTEGRITYCHECKS/, "signatures of drivers are not checked"],
  [/TESTSIGNING/, "drivers with test signatures are loaded"],
  [/DISABLE-LSA-ISO/, "credentials are not kept apart (Credential Guard)"],
  [/DISABLE-VBS/, "there is no virtualization-based security"],
];

function loadOptions(value: ElementValue): Weakness | undefined {
  if (value.format !== "string") return undefined;
  const text = value.text.toUpperCase();
  const found = LOAD_OPTIONS.filter(([pattern]) => pattern.test(text)).map(([, why]) => why);
  return found.length > 0 ? warning(found.join(", ")) : undefined;
}

/** By element id; the same in every kind of object that has it, but for those of class 2. */
const JUDGES: ReadonlyMap<number, Judge> = new Map<number, Judge>([
  [0x1200_0030, loadOptions],
  [0x1600_0010, on("a debugger can take over the boot application")],
  [0x1600_0041, on("anybody at the keyboard can edit the options of the boot")],
  [0x1600_0048, on("signatures of boot files and drivers are not checked")],
  [0x1600_0049, on("drivers with test signatures are loaded")],
  [0x1600_0060, off("the boot application does not run in a context of its own")],
  [0x1600_007e, on("code that is signed for previews of Windows is loaded", "info")],
  [0x1600_0009, off("Windows does not start its recovery after failures, as ransomware leaves it", "info")],
  [0x1200_0088, (value) => (value.format === "string" ? info("a further code integrity policy is loaded") : undefined)],
]);

/** Of objects with the loader's elements. */
const LOADER_JUDGES: ReadonlyMap<number, Judge> = new Map<number, Judge>([
  [
    0x2500_0020,
    numbers({
      1: info("programs may opt out of data execution prevention"),
      2: warning("data can be executed as code"),
    }),
  ],
  [
    0x2500_0080,
    numbers({
      0: warning("Windows starts in safe mode, without most protection software"),
      1: warning("Windows starts in safe mode, without most protection software"),
      2: warning("the domain controller starts for the repair of its directory"),
    }),
  ],
  [0x2500_00e0, numbers({ 1: info("Windows does not start its recovery after failures, as ransomware leaves it") })],
  [0x2500_00f0, numbers({ 0: warning("without a hypervisor there is no virtualization-based security") })],
  [0x2500_0100, numbers({ 1: warning("no entropy is taken from the TPM") })],
  [0x2500_0115, numbers({ 2: warning("devices reach all memory: the hypervisor does not use the IOMMU") })],
  [0x2500_0142, numbers({ 0: warning("there is no virtual secure mode: no Credential Guard, no memory integrity") })],
  [0x2500_0144, numbers({ 1: warning("the hypervisor does not enforce code integrity") })],
  [0x2600_0026, on("signatures of boot files and drivers are not checked")],
  [0x2600_0027, on("drivers with test signatures are loaded")],
  [0x2600_0081, on("safe mode starts a command prompt in place of the shell")],
  [0x2600_00a0, on("a debugger can take over the kernel")],
  [0x2600_00b0, on("whoever has the serial line has a console of the system", "info")],
  [0x2600_00c4, on("the options of the next boot can be edited at the keyboard", "info")],
  [0x2600_00e1, on("anti-malware drivers are not started early")],
  [0x2600_00f2, on("a debugger can take over the hypervisor")],
]);

/** Objects whose class 2 elements mean something else: boot managers, resume, memory test ... */
const OTHER_APPLICATIONS = new Set([1, 2, 4, 5, 6, 9]);

/** How a value of an element weakens security, if it does. */
function weakens(id: number, value: ElementValue, objectType: number): Weakness | undefined {
  const judge = JUDGES.get(id) ?? (OTHER_APPLICATIONS.has(objectType & 0xf_ffff) ? undefined : LOADER_JUDGES.get(id));
  return judge?.(value);
}

/** The settings of a store that weaken the security of what is booted. */
export function weakOptions(store: BootStore): WeakOption[] {
  const nameOf = objectNames(store);
  const options: WeakOption[] = [];
  for (const { id: object, type, elements } of store.objects) {
    for (const element of elements) {
      const { id } = element;
      const value = elementValue(id, element);
      const weakness = weakens(id, value, type);
      if (!weakness) continue;
      const text = formatElement(id, value, type, nameOf).join(" ");
      options.push({ object, id, name: elementName(id, type), value: text, ...weakness });
    }
  }
  return options;
}

/** As a finding of a store. */
export function weakFinding(store: BootStore, { object, name, value, severity, why }: WeakOption): Finding {
  const where = { file: store.name, path: objectNames(store)(object) };
  return { severity, code: "BCD_WEAK_OPTION", message: `${name} ${value}: ${why}.`, where };
}
