import { basename, resolve } from "node:path";
import { type Command, exitCodes, readInput, type Terminal } from "@adk/cli-kit";
import { AtomicFile } from "@adk/core";
import { explainProfiles, type WprpExplanation, wprpExplanation } from "../wprp/explain.ts";
import { lintProfile, type WprpFinding, type WprpLint, wprpLintResult } from "../wprp/lint.ts";
import { type NewProfileOptions, newProfile, wprpNewResult } from "../wprp/new-profile.ts";
import { RecordingProfiles } from "../wprp/recording-profile.ts";

interface NewOptions extends Omit<NewProfileOptions, "providers" | "fileIo"> {
  readonly provider?: string[];
  readonly fileio?: boolean;
  readonly output: string;
  readonly force?: boolean;
}

/** `adk trace wprp`: profiles of Windows Performance Recorder. */
export function defineWprpCommands(trace: Command): void {
  const wprp = trace.command("wprp").description("Check, explain and make recording profiles (.wprp) of WPR.");

  wprp
    .command("lint <file...>")
    .description("Find what WPR would refuse, or what a recording would lack. Exit code 1 if there are errors.")
    .run(async (context, files: string[]) => {
      const results: WprpLint["files"] = [];
      for (const file of files) {
        const profiles = RecordingProfiles.parse(await readInput(context, file), file);
        results.push({ file, findings: lintProfile(profiles) });
      }
      const count = (severity: WprpFinding["severity"]) =>
        results.flatMap(({ findings }) => findings).filter((each) => each.severity === severity).length;
      const result = { files: results, errors: count("error"), warnings: count("warning") };
      context.output<WprpLint>(result, { schema: wprpLintResult, render: renderLint });
      return result.errors > 0 ? exitCodes.no : exitCodes.done;
    });

  wprp
    .command("explain <file>")
    .description("Tell in words what the profiles of a file record, and what it takes.")
    .run(async (context, file: string) => {
      const profiles = RecordingProfiles.parse(await readInput(context, file), file);
      const result = explainProfiles(profiles, basename(file));
      context.output<WprpExplanation>(result, { schema: wprpExplanation, render: renderExplanation });
    });

  defineNewCommand(wprp);
}

function defineNewCommand(wprp: Command): void {
  const command = wprp.command("new");
  command
    .description("Write a profile from what is to be recorded.")
    .requiredOption("-o, --output <file>", "the profile to write; - for standard output")
    .option("--name <name>", "what WPR calls it", "Trace")
    .option("--cpu", "what processors do: samples, context switches, deferred procedure calls, interrupts")
    .option("--disk", "reads and writes of disks, hard faults")
    .option("--fileio", "operations on files")
    .option("--registry", "operations on the registry")
    .option("--network", "TCP and UDP")
    .option("--boot", "what a report of a boot is made of; recorded by wpr -boottrace")
    .option("--stacks", "with call stacks")
    .option("--provider <providers...>", "event providers: NAME, *EventSource or GUID, then :keywords and :level")
    .addOption(command.createOption("--mode <mode>", "where to").choices(["file", "memory", "both"]).default("both"))
    .withForce()
    .run(async (context, { output, provider, fileio, force, ...options }: NewOptions) => {
      // A boot is recorded into a file: nothing else is left where no mode was chosen.
      const mode = options.boot && options.mode === "both" ? "file" : options.mode;
      const text = newProfile({ ...options, mode, fileIo: fileio, providers: provider });
      if (output === "-") {
        context.stdout.text(text);
        return;
      }
      await using file = await AtomicFile.create(resolve(context.cwd, output), { overwrite: force });
      await file.write(new TextEncoder().encode(text));
      await file.commit();
      context.output(
        { file: output, profile: options.name },
        {
          schema: wprpNewResult,
          render: (result, out) => out.line(`${result.file}: wpr -start ${result.file}!${result.profile}`),
        },
      );
    });
}

const STYLES = { error: "red", warning: "yellow", info: "cyan" } as const;

function renderLint({ files, errors, warnings }: WprpLint, out: Terminal): void {
  for (const { file, findings } of files) {
    for (const { severity, code, message, line, column } of findings) {
      out.line(`${file}:${line}:${column}: ${out.style(STYLES[severity], `${severity}[${code}]`)} ${message}`);
    }
  }
  out.line(`${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`);
}

function renderExplanation({ profiles }: WprpExplanation, out: Terminal): void {
  for (const { id, description, command, collectors, loggingMode } of profiles) {
    out.line(`${id}${description ? `: ${description}` : ""}`);
    out.line(`  started by ${command}; logs to ${loggingMode === "File" ? "a file" : "memory, in a ring"}`);
    for (const collector of collectors) {
      const { kind, session, memory, keywords, stacks, providers, rates, fileMegabytes } = collector;
      out.line(`  ${collector.id} (${kind}${session ? `, session ${session}` : ""}): ${memory}`);
      if (fileMegabytes !== null) out.line(`    its file has ${fileMegabytes} MB at most`);
      for (const { keyword, records, mask } of keywords)
        out.line(`    ${keyword} (${mask})${records ? `: ${records}` : ""}`);
      if (stacks.length > 0) out.line(`    stacks of ${stacks.join(", ")}`);
      for (const { name, records } of providers) out.line(`    ${name}: ${records}`);
      for (const rate of rates) out.line(`    ${rate}`);
    }
    out.line();
  }
}
