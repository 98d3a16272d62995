import { resolve } from "node:path";
import { APPLICATION_TYPES, ENUM_TYPES, type EnumType, type Firmware } from "@adk/bcd";
import { type Command, type Context, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import { addToStore, createStore, deleteFromStore, type EditStoreOptions, setElement } from "../bcd/edit-store.ts";
import { type BcdListing, checkStoreFile, enumStore, showObject } from "../bcd/read-store.ts";
import { type BcdChangeResult, bcdChangeResult, bcdCheckResult, bcdListResult } from "../bcd/schemas.ts";
import { exportStore, importStore, storeAsJson } from "../bcd/transfer-store.ts";
import { installBoot, installBootResult } from "../bcdboot/install-boot.ts";
import { sourceIn } from "./names.ts";

const DEVICES = `
Devices are written as bcdedit does, partitions by what is on the disk:
  boot                                       the device that the boot manager was started from
  partition=gpt:<disk guid>/<partition guid>
  partition=mbr:<signature>/<offset in bytes>
  ramdisk=[boot]\\sources\\boot.wim,{options object}
  file=[boot]\\x, vhd=[locate]\\x.vhd, locate=custom:12000002

Examples:
  adk media bcd set BCD {default} description "Windows 11, repaired"
  adk media bcd set BCD {default} osdevice partition=mbr:a44d2336/1048576
`;

/** `adk media bcd`: boot stores. */
export function defineBcdCommands(media: Command): void {
  const bcd = media.command("bcd").description("Read, check, make and change boot stores (BCD).");
  defineReading(bcd);
  defineChanging(bcd);
  defineWhole(bcd);
  defineInstall(bcd);
}

function defineReading(bcd: Command): void {
  bcd
    .command("enum <store>")
    .description("List the entries of a store, as bcdedit does.")
    .addOption(
      bcd
        .createOption("--type <type>", "which entries")
        .choices([...ENUM_TYPES])
        .default("all"),
    )
    .option("--guids", "GUIDs in place of names")
    .run(async (context, store: string, options: { type: EnumType; guids?: boolean }) => {
      list(context, await enumStore(resolve(context.cwd, store), options.type, options.guids));
    });
  bcd
    .command("show <store> <object>")
    .description("Show one entry, by GUID or name: {bootmgr}, {default} ...")
    .option("--guids", "GUIDs in place of names")
    .run(async (context, store: string, object: string, options: { guids?: boolean }) => {
      list(context, await showObject(resolve(context.cwd, store), object, options.guids));
    });
  bcd
    .command("check <store>")
    .description("Tell what is wrong with a store, and what in it weakens the security of the boot.")
    .run(async (context, store: string) => {
      const result = await checkStoreFile(resolve(context.cwd, store));
      context.output(result, {
        schema: bcdCheckResult,
        render: ({ objects, elements, findings }, out) => {
          out.line(`${objects} objects, ${elements} elements`);
          out.findings(findings);
        },
      });
      return result.ok ? exitCodes.done : exitCodes.no;
    });
}

function defineChanging(bcd: Command): void {
  bcd
    .command("set <store> <object> <element> <value...>")
    .description("Set an element of an entry. What weakens security is done, and warned of.")
    .withDryRun()
    .addHelpText("after", DEVICES)
    .run(async (context, store: string, object: string, element: string, values: string[], options: EditStoreOptions) =>
      change(context, await setElement(resolve(context.cwd, store), object, element, values, options)),
    );
  bcd
    .command("delete <store> <object> [elements...]")
    .description("Delete elements of an entry; without any, the entry, and what names it.")
    .withDryRun()
    .run(async (context, store: string, object: string, elements: string[], options: EditStoreOptions) =>
      change(context, await deleteFromStore(resolve(context.cwd, store), object, elements, options)),
    );
  const types = Object.keys(APPLICATION_TYPES);
  bcd
    .command("add <store>")
    .description("Add an entry.")
    .addOption(bcd.createOption("--type <type>", "what the entry starts").choices(types).default("osloader"))
    .option("--copy <object>", "an entry to copy, by GUID or name")
    .option("--description <text>", "what the boot menu shows")
    .withDryRun()
    .run(
      async (
        context,
        store: string,
        options: EditStoreOptions & { type: string; copy?: string; description?: string },
      ) => {
        const { type, copy, ...rest } = options;
        const file = resolve(context.cwd, store);
        change(context, await addToStore(file, APPLICATION_TYPES[type] ?? 0, { ...rest, copyOf: copy }));
      },
    );
}

function defineWhole(bcd: Command): void {
  bcd
    .command("create <store>")
    .description("Make a store: without entries, or that of a medium of Windows PE.")
    .addOption(bcd.createOption("--winpe <firmware>", "for the firmware of").choices(["uefi", "bios"]))
    .option("--locale <tag>", "of the boot menu: en-US")
    .withForce()
    .withDryRun()
    .run(
      async (
        context,
        store: string,
        options: EditStoreOptions & { winpe?: Firmware; locale?: string; force?: boolean },
      ) => {
        const { force, ...rest } = options;
        change(context, await createStore(resolve(context.cwd, store), { ...rest, overwrite: force }), true);
      },
    );
  bcd
    .command("export <store> [file]")
    .description("Copy a store to a file: as JSON, where its name ends so; without a file, JSON to stdout.")
    .withForce()
    .run(async (context, store: string, file: string | undefined, options: { force?: boolean }) => {
      const source = resolve(context.cwd, store);
      if (file !== undefined) await exportStore(source, resolve(context.cwd, file), options.force);
      else await context.stdout.write(Buffer.from(await storeAsJson(source)));
    });
  bcd
    .command("import <file> <store>")
    .description("Make a store of JSON or of another store.")
    .withForce()
    .withDryRun()
    .run(async (context, file: string, store: string, options: EditStoreOptions & { force?: boolean }) => {
      const [source, target] = [file, store].map((name) => resolve(context.cwd, name)) as [string, string];
      if (source === target)
        throw usageError("SAME_FILE", "A store is not imported into itself.", "adk media bcd import");
      change(context, await importStore(source, target, { overwrite: options.force, dryRun: options.dryRun }));
    });
}

interface InstallOptions extends EditStoreOptions {
  firmware?: "uefi" | "bios" | "all";
  locale?: string;
  description?: string;
  windowsDevice?: string;
  systemDevice?: string;
  addLast?: boolean;
  keepDefault?: boolean;
  merge?: string;
  bootex?: boolean;
  clean?: boolean;
}

function defineInstall(bcd: Command): void {
  bcd
    .command("install <windows> <directory>")
    .description("Make a directory, the later system partition, start a Windows: its boot files, and a store.")
    .addOption(
      bcd
        .createOption("--firmware <firmware>", "to start from; default those that the Windows has boot files for")
        .choices(["uefi", "bios", "all"]),
    )
    .option("--locale <tag>", "of the boot menu", "en-us")
    .option("--description <text>", "what the boot menu shows; default as the Windows calls itself")
    .option("--windows-device <device>", "its partition; default the one that has it, on any disk")
    .option("--system-device <device>", "the partition of the directory; default the one that was started from")
    .option("--add-last", "last in the menu, and not the default")
    .option("--keep-default", "what a store that is there starts by default stays so")
    .option("--merge <object>", "a loader of the store whose settings the entry has too, but for its places")
    .option("--bootex", "the boot manager of UEFI that is signed by the authority of 2023 (Windows UEFI CA 2023)")
    .option("--clean", "give up the entries of a store that is there")
    .withDryRun()
    .addHelpText("after", INSTALL_HELP)
    .run(async (context, windows: string, directory: string, given: InstallOptions) => {
      const { firmware, addLast, bootex, ...options } = given;
      const { signal, onProgress } = context;
      const result = await installBoot(sourceIn(context, windows), resolve(context.cwd, directory), {
        ...options,
        firmware: firmware === "all" ? ["uefi", "bios"] : firmware && [firmware],
        last: addLast,
        ex: bootex,
        signal,
        onProgress,
      });
      context.output(result, {
        schema: installBootResult,
        render: ({ description, state, changes, stores, findings }, out) => {
          out.line(`${description}: ${changes.length} files and directories, stores ${stores.join(", ")} (${state})`);
          out.findings(findings);
        },
      });
    });
}

const INSTALL_HELP = `
WINDOWS is its folder, or what holds it. Files are those that this Windows has in Windows/Boot; none come from elsewhere.
Entries are made as its BCD-Template says. With --windows-device a recovery environment (Winre.wim) gets an entry too.
Examples:
  adk media bcd install mnt/Windows esp --firmware uefi
  adk media bcd install install.wim:6 esp --windows-device partition=gpt:<disk guid>/<partition guid>
`;

function list(context: Context, { result, text }: BcdListing): void {
  context.output(result, {
    schema: bcdListResult,
    render: ({ findings }, out) => {
      for (const line of text.trim().split("\n")) out.line(line);
      out.findings(findings);
    },
  });
}

/** @param isNew a store without entries is news too */
function change(context: Context, result: BcdChangeResult, isNew = false): void {
  context.output(result, { schema: bcdChangeResult, render: (shown, out) => renderChange(shown, isNew, out) });
}

function renderChange(result: BcdChangeResult, isNew: boolean, out: Terminal): void {
  const { store, dryRun, changes, backup, findings } = result;
  for (const { change, object, element, value } of changes) {
    out.line(`${change} ${object}${element ? ` ${element}` : ""}${value ? `: ${value.join(", ")}` : ""}`);
  }
  if (changes.length === 0 && !isNew) out.line("Nothing is different.");
  else if (dryRun) out.line("Nothing was written.");
  else out.line(`Wrote ${store}${backup ? `; the store that was there is ${backup}` : ""}`);
  out.findings(findings);
}
