import { AdkError } from "@adk/core";
import { BOOT_COLLECTORS, bootPhases } from "../boot/boot-phases.ts";
import { processLabel } from "../model/processes.ts";
import type { XperfAction } from "./action.ts";

/** The phases of a boot as XML: the elements that xperf writes for them, without those of its that nobody here can check. */
export const bootAction: XperfAction = {
  name: "boot",
  summary: "phases of a boot, as XML",
  options: { usershellexecutable: { least: 1, most: 1 } },
  collectors: BOOT_COLLECTORS,
  async run({ analysis, options, write }) {
    const shell = options.get("usershellexecutable")?.[0];
    const boot = bootPhases(analysis, shell === undefined ? {} : { shell });
    if (!boot) {
      throw new AdkError("XPERF_NO_BOOT", "The trace is not of a boot: no process of its start is in it.", {
        hint: "Record it with wpr -boottrace, or xbootmgr.",
      });
    }
    const time = (milliseconds: number | undefined) =>
      milliseconds === undefined ? "-1" : String(Math.round(milliseconds));
    const { bootDoneViaExplorer, bootDoneViaPostBoot, phases, processes } = boot;
    await write('<?xml version="1.0" encoding="utf-8"?>\n<results>\n  <boot>\n');
    await write(
      `    <timing bootDoneViaExplorer="${time(bootDoneViaExplorer)}" bootDoneViaPostBoot="${time(bootDoneViaPostBoot)}">\n`,
    );
    for (const { name, start, end } of phases) {
      const duration = end === undefined ? undefined : end - start;
      const attributes = `startTime="${time(start)}" endTime="${time(end)}" duration="${time(duration)}"`;
      await write(`      <interval name="${name}" ${attributes}/>\n`);
    }
    await write("    </timing>\n    <processes>\n");
    for (const process of processes) await write(`      <process name="${escapeXml(processLabel(process))}"/>\n`);
    await write("    </processes>\n  </boot>\n</results>\n");
  },
};

/** Characters that XML cannot have are left out. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/\p{Cc}/gu, "").replaceAll(/[&<>"]/g, (character) => entities[character] as string);
}
