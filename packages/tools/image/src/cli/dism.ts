import type { Context, RunDropIn } from "@adk/cli-kit";
import type { Finding } from "@adk/core";
import { hostPath } from "../dism/host-path.ts";
import { kitVersion } from "../dism/kit-version.ts";
import { DismLog } from "../dism/log.ts";
import { type DismCommandLine, parseDism } from "../dism/parse.ts";
import { renderError, renderHeader } from "../dism/render.ts";
import { runCommand } from "../dism/run-command.ts";
import { describeFailure } from "../dism/win32-errors.ts";

const COMPONENT = "DISM WIM Provider";

/** `adk dism`: DISM's command line, output and exit codes. */
export const dropIn: RunDropIn = async (argv, context) => {
  const line = parseDism(argv);
  const quiet = context.quiet || line.globals.has("Quiet");
  const { stdout, signal, cwd } = context;
  const say = (text: string) => {
    if (!quiet) stdout.line(text.replace(/\n$/, ""));
  };
  const draw = (text: string) => {
    if (!quiet) stdout.text(text);
  };
  const version = kitVersion();
  const log = logOf(line, cwd);
  say(renderHeader(version));
  try {
    log?.start(argv, version);
    const report = (findings: readonly Finding[]) => {
      context.stderr.findings(quiet ? findings.filter(({ severity }) => severity === "error") : findings);
      logFindings(findings, log);
    };
    await runCommand(line, { cwd, signal, say, draw, live: stdout.columns !== undefined, report });
    log?.end();
    return 0;
  } catch (thrown) {
    return fail(thrown, context, log);
  }
};

/** There is no log but the one that is asked for: the place of DISM's own is a Windows directory. */
function logOf({ globals }: DismCommandLine, cwd: string): DismLog | undefined {
  const path = globals.get("LogPath");
  return path ? new DismLog(hostPath(path, cwd), Number(globals.get("LogLevel") ?? 3)) : undefined;
}

function logFindings(findings: readonly Finding[], log: DismLog | undefined): void {
  for (const { severity, code, message, where } of findings) {
    const level = { error: "Error", warning: "Warning", info: "Info" } as const;
    const places = [where?.path, where?.file].filter((part) => part !== undefined).join(", ");
    log?.write(level[severity], `${code}: ${message}${places && ` (${places})`}`, COMPONENT);
  }
}

function fail(thrown: unknown, context: Context, log: DismLog | undefined): number {
  const { code, message, file } = describeFailure(thrown);
  // A log that cannot be written is not named as the place to look.
  const usable = log && file === log.path ? undefined : log;
  context.stdout.line(renderError(code, message, usable?.path).replace(/\n$/, ""));
  const hresult = (0x8007_0000 + code).toString(16);
  usable?.write("Error", `${message} - (hr:0x${hresult})`, COMPONENT);
  usable?.end();
  return code;
}
