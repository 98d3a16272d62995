import { stat } from "node:fs/promises";
import { openOfflineHives } from "@adk/registry";
import { readDriverDetails } from "../drivers/driver-details.ts";
import { findDriver, readDrivers } from "../drivers/driver-report.ts";
import { addDriversTo, exportDriversOf, removeDriversFrom } from "../drivers/service-drivers.ts";
import { withSource } from "../windows/report-source.ts";
import { hostPath } from "./host-path.ts";
import { renderAdded, renderDriverInfo, renderDrivers, renderExported, renderRemoved } from "./render-drivers.ts";
import type { ServicingVerb } from "./servicing-commands.ts";
import { readPart, type ServicingContext, type ServicingRequest } from "./servicing-request.ts";

/** The commands for drivers, and the one for answer files, which name drivers. */
export type DriverVerb = Extract<
  ServicingVerb,
  "drivers" | "driverInfo" | "addDriver" | "removeDriver" | "exportDriver" | "applyUnattend"
>;

export async function serviceDrivers(
  verb: DriverVerb,
  request: ServicingRequest,
  context: ServicingContext,
): Promise<void> {
  const { image, drivers, destination, value, flags, format } = request;
  const { cwd, say, report, signal, onProgress } = context;
  const operation = { signal, onProgress };
  switch (verb) {
    case "drivers": {
      const all = flags.has("All");
      const found = await readPart(request, context, "drivers");
      return say(
        renderDrivers(
          found.filter(({ inbox }) => all || !inbox),
          all,
          format,
        ),
      );
    }
    case "driverInfo":
      for (const name of drivers) say(await driverInfo(image, name));
      return;
    case "addDriver": {
      const paths = drivers.map((path) => hostPath(path, cwd));
      const result = await addDriversTo(image, paths, {
        ...operation,
        recurse: flags.has("Recurse"),
        forceUnsigned: flags.has("ForceUnsigned"),
      });
      report(result.findings);
      return say(renderAdded(result.drivers, await hasDirectory(paths)));
    }
    case "removeDriver": {
      const result = await removeDriversFrom(image, drivers, operation);
      report(result.findings);
      return say(renderRemoved(result.drivers.map(({ publishedName }) => publishedName)));
    }
    case "exportDriver": {
      const result = await exportDriversOf(image, [], hostPath(destination, cwd), operation);
      return say(renderExported(result.drivers.map(({ publishedName }) => publishedName)));
    }
    case "applyUnattend": {
      // The catalogue of settings takes its time to load: other commands do without.
      const { applyUnattendTo } = await import("../unattend/apply-unattend.ts");
      return report((await applyUnattendTo(image, hostPath(value, cwd), operation)).findings);
    }
  }
}

async function driverInfo(image: string, name: string): Promise<string> {
  return withSource(image, async (volume) => {
    await using hives = await openOfflineHives(volume);
    return renderDriverInfo(await readDriverDetails(hives, findDriver(await readDrivers(hives), name, image)));
  });
}

async function hasDirectory(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if ((await stat(path)).isDirectory()) return true;
  return false;
}
