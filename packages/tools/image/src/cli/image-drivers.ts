import { resolve } from "node:path";
import type { Command, Context, Terminal } from "@adk/cli-kit";
import {
  type AddDriversResult,
  type AddDriversToOptions,
  addDriversResult,
  addDriversTo,
  type ExportDriversResult,
  exportDriversOf,
  exportDriversResult,
  type RemoveDriversResult,
  removeDriversFrom,
  removeDriversResult,
} from "../drivers/service-drivers.ts";
import type { EditOptions } from "../servicing/edit-image.ts";
import { reportSource } from "../windows/report-source.ts";
import { showReport } from "./image-report.ts";
import { editOptions, renderEdit } from "./image-session.ts";
import { counted, sourceIn } from "./names.ts";

/** Driver packages: `drivers`, `add-driver`, `remove-driver`, `export-driver`. */
export function defineDriverCommands(image: Command): void {
  image
    .command("drivers <image>")
    .description(
      "Driver packages that were added: class, provider, version, signature, whether Windows starts with them.",
    )
    .option("--all", "those that came with Windows too")
    .run(async (context, source: string, { all = false }: { all?: boolean }) => {
      const report = await reportSource(sourceIn(context, source), ["drivers"], context);
      const drivers = report.drivers?.filter(({ inbox }) => all || !inbox);
      showReport(context, { ...report, drivers });
    });

  image
    .command("add-driver <image> <inf-or-directory...>")
    .description(
      "Add drivers: all of them, or none. In a directory, INF files that are not for this Windows are passed over.",
    )
    .option("--recurse", "look for INF files in directories below too")
    .option("--force-unsigned", "drivers too that are not signed, or not soundly; 64-bit Windows does not load them")
    .withThreads()
    .withDryRun()
    .addHelpText("after", ADD_HELP)
    .run(async (context, name: string, paths: string[], options: AddDriversToOptions) => {
      const { recurse, forceUnsigned } = options;
      const result = await addDriversTo(sourceIn(context, name), hostPaths(context, paths), {
        ...editOptions(context, options),
        recurse,
        forceUnsigned,
      });
      context.output(result, { schema: addDriversResult, render: renderAdded });
    });

  image
    .command("remove-driver <image> <published-name...>")
    .description("Remove drivers that were added, by their published names (oem3.inf): all of them, or none.")
    .withThreads()
    .withDryRun()
    .run(async (context, name: string, drivers: string[], options: EditOptions) => {
      const result = await removeDriversFrom(sourceIn(context, name), drivers, editOptions(context, options));
      context.output(result, { schema: removeDriversResult, render: renderRemoved });
    });

  image
    .command("export-driver <image> [published-name...]")
    .description("Copy driver packages out of an image: those that are named, or all that did not come with Windows.")
    .requiredOption("--to <directory>", "where each package gets a directory of its own")
    .withForce("replace files that are there")
    .run(async (context, name: string, drivers: string[], { to, force }: { to: string; force?: boolean }) => {
      const { signal, onProgress } = context;
      const result = await exportDriversOf(sourceIn(context, name), drivers, resolve(context.cwd, to), {
        overwrite: force,
        signal,
        onProgress,
      });
      context.output(result, { schema: exportDriversResult, render: renderExported });
    });
}

const ADD_HELP = `
A driver that Windows starts with is installed; any other is put into the driver store and installed when its device is met.
Examples:
  adk image add-driver install.wim:6 virtio-win/viostor/w11/amd64
  adk image add-driver install.wim:6 drivers/ --recurse --dry-run
`;

function hostPaths({ cwd }: Context, paths: readonly string[]): string[] {
  return paths.map((path) => resolve(cwd, path));
}

/** The drivers that were added, and what changes in the image. */
export function renderAdded(result: AddDriversResult, out: Terminal): void {
  for (const { publishedName, from, state, version, signature, signer, steps = [] } of result.drivers) {
    const signed = signer === undefined ? signature : `${signature} by ${signer}`;
    out.line(`${publishedName} (${state}): ${from}${version === undefined ? "" : `, ${version}`}, ${signed}`);
    for (const step of steps) out.line(`  ${step}`);
  }
  renderEdit(result, out);
}

function renderRemoved(result: RemoveDriversResult, out: Terminal): void {
  for (const { publishedName, originalFileName, provider, version, steps = [] } of result.drivers) {
    out.line(
      [`${publishedName}: ${originalFileName}`, provider, version].filter((part) => part !== undefined).join(", "),
    );
    for (const step of steps) out.line(`  ${step}`);
  }
  renderEdit(result, out);
}

function renderExported({ drivers, to }: ExportDriversResult, out: Terminal): void {
  for (const { publishedName, packageName, files } of drivers) {
    out.line(`${publishedName} -> ${packageName} (${counted(files, "file")})`);
  }
  out.line(`${counted(drivers.length, "driver")} exported to ${to}.`);
}
