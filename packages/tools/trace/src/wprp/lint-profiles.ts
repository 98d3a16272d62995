import type { XmlElement } from "../xml-document.ts";
import type { Report } from "./lint.ts";
import type { RecordingCollector, RecordingProfile, RecordingProfiles } from "./recording-profile.ts";
import { keywordsOfStack } from "./system-keywords.ts";

/** Kilobytes that a buffer of the kernel may have. */
const LEAST_BUFFER = 4;
const MOST_BUFFER = 16_384;
/** Megabytes of buffers that a machine hardly has to spare. */
const MUCH_MEMORY = 4096;
const MUCH_PERCENTAGE = 50;
/** Name of the one session that the kernel's provider had before Windows 8; WPR's own profiles still use it. */
const KERNEL_LOGGER = "NT Kernel Logger";

/** Checks what the profiles would record. */
export function lintProfiles(file: RecordingProfiles, report: Report): void {
  const { profiles } = file;
  for (const profile of profiles) {
    const element = file.definitions.get(profile.id) as XmlElement;
    checkName(profile, element, report);
    checkPair(profiles, profile, element, report);
    const names = new Map<string, string>();
    for (const collector of profile.collectors) {
      checkMemory(profile, collector, element, report);
      checkSystem(file, profile, collector, element, report);
      const other = names.get(collector.name);
      if (collector.name !== "" && other !== undefined) {
        const message = `${collector.id} and ${other} of ${profile.id} have one session name: ${collector.name}.`;
        report("error", "WPRP_SESSION_NAME", message, element);
      }
      names.set(collector.name, collector.id);
    }
    if (profile.collectors.length === 0 && profile.base === "")
      report("error", "WPRP_NO_COLLECTOR", `${profile.id} has no collector: it records nothing.`, element);
  }
  if (profiles.length === 0)
    report("error", "WPRP_NO_PROFILE", "There is no <Profile>: WPR has nothing to start.", file.root);
}

function checkName(
  { id, name, detailLevel, loggingMode }: RecordingProfile,
  element: XmlElement,
  report: Report,
): void {
  const wanted = `${name}.${detailLevel}.${loggingMode}`;
  if (id !== wanted) {
    report(
      "error",
      "WPRP_PROFILE_ID",
      `The Id of a profile is Name.DetailLevel.LoggingMode: ${wanted}, not ${id}.`,
      element,
    );
  }
}

/** `wpr -start FILE` without `-filemode` takes the profile that logs to memory. */
function checkPair(
  profiles: readonly RecordingProfile[],
  profile: RecordingProfile,
  at: XmlElement,
  report: Report,
): void {
  const { name, detailLevel, loggingMode } = profile;
  const isTwin = (other: RecordingProfile) => other.name === name && other.detailLevel === detailLevel;
  if (loggingMode !== "File" || profiles.some((other) => isTwin(other) && other.loggingMode === "Memory")) return;
  const message = `${name}.${detailLevel} has no profile with LoggingMode Memory: wpr -start takes it with -filemode only.`;
  report("info", "WPRP_NO_PAIR", message, at);
}

function checkMemory(profile: RecordingProfile, collector: RecordingCollector, at: XmlElement, report: Report): void {
  const { id, bufferSize, buffers, percentage, fileSize } = collector;
  const where = `${id} in ${profile.id}`;
  if (bufferSize !== undefined && !(bufferSize >= LEAST_BUFFER && bufferSize <= MOST_BUFFER)) {
    const message = `Buffers of ${where} have ${bufferSize} kB: Windows takes ${LEAST_BUFFER} to ${MOST_BUFFER}.`;
    report("error", "WPRP_BUFFER_SIZE", message, at);
  }
  if (percentage) {
    if (buffers !== undefined && !(buffers >= 1 && buffers <= 100)) {
      report("error", "WPRP_BUFFERS", `${where} takes ${buffers} percent of the memory.`, at);
    } else if (buffers !== undefined && buffers > MUCH_PERCENTAGE) {
      report("warning", "WPRP_MUCH_MEMORY", `${where} takes ${buffers} percent of the memory.`, at);
    }
  } else if (buffers !== undefined && !(buffers >= 2)) {
    report("error", "WPRP_BUFFERS", `${where} has ${buffers} buffers: it takes two at least.`, at);
  } else if (bufferSize !== undefined && buffers !== undefined && (bufferSize * buffers) / 1024 > MUCH_MEMORY) {
    const message = `${where} takes ${Math.round((bufferSize * buffers) / 1024)} MB of memory that cannot be paged.`;
    report("warning", "WPRP_MUCH_MEMORY", message, at);
  }
  if (fileSize !== undefined && profile.loggingMode === "Memory") {
    const message = `${where} has a size of a file, but logs to memory.`;
    report("warning", "WPRP_FILE_SIZE_IN_MEMORY", message, at);
  }
}

function checkSystem(
  file: RecordingProfiles,
  profile: RecordingProfile,
  collector: RecordingCollector,
  at: XmlElement,
  report: Report,
): void {
  if (collector.kind !== "system") return;
  if (collector.name !== "" && collector.name !== KERNEL_LOGGER) {
    const element = file.definitions.get(collector.id) ?? at;
    const message = `The session of a system collector is called ${KERNEL_LOGGER}, not ${collector.name}.`;
    report("warning", "WPRP_SYSTEM_SESSION", message, element);
  }
  if (collector.systemProviders.length === 0 && profile.base === "") {
    report("warning", "WPRP_NO_PROVIDER", `${collector.id} of ${profile.id} has no system provider.`, at);
  }
  for (const id of collector.systemProviders) checkStacks(file, id, report);
}

/** A stack is recorded with its event only; names of functions take the images. */
function checkStacks(file: RecordingProfiles, id: string, report: Report): void {
  const provider = file.systemProvider(id);
  const element = file.definitions.get(id);
  if (!provider || !element || file.chainOf(id).at(-1)?.attributes["Base"]) return;
  const stackElements = element.children.filter(({ name }) => name === "Stacks").flatMap(({ children }) => children);
  const placeOf = (stack: string) => stackElements.find(({ attributes }) => attributes["Value"] === stack) ?? element;
  for (const stack of provider.stacks) {
    const keywords = keywordsOfStack(stack);
    if (!keywords || keywords.length === 0 || keywords.some((keyword) => provider.keywords.includes(keyword))) continue;
    const message = `The stack ${stack} takes the keyword ${keywords.join(" or ")}, which ${id} does not have.`;
    report("warning", "WPRP_STACK_WITHOUT_EVENT", message, placeOf(stack));
  }
  if (provider.stacks.length > 0 && !provider.keywords.includes("Loader")) {
    const message = `${id} records stacks, but without the keyword Loader nothing tells which module they are in.`;
    report("warning", "WPRP_STACKS_WITHOUT_IMAGES", message, element);
  }
}
