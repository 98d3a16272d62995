/** A group for tests: commands that end in every way that a command can end. */
import { AdkError, type Finding, ProgressCounter, throwIfCancelled } from "@adk/core";
import * as z from "zod";
import { type DefineCommands, exitCodes, readInput } from "../index.ts";

const fact = z.object({
  file: z.string(),
  identity: z.bigint(),
  digest: z.instanceof(Uint8Array),
  label: z.string().optional(),
});

const finding: Finding = {
  severity: "warning",
  code: "DEMO_ODD",
  message: "This is odd.",
  where: { file: "a.wim", offset: 208, path: "\\Windows" },
};

export const commands: DefineCommands = (demo) => {
  demo
    .command("info <file>")
    .summary("tell about a file")
    .description("Tell about a file, at length.")
    .option("--label <text>", "a label")
    .addOption(demo.createOption("--mode <mode>", "how").choices(["fast", "max", "none"]))
    .withThreads()
    .withForce()
    .withDryRun()
    .run(async (context, file: string, options: { label?: string; threads?: number; force?: boolean }) => {
      context.note(`threads ${options.threads}, force ${options.force}`);
      context.warn("take care");
      const result = { file, identity: 2n ** 63n, digest: Buffer.from([0xab, 1]), label: options.label, secret: "x" };
      context.output(result, {
        schema: fact,
        render: (info, out) => {
          out.facts({ File: info.file, Identity: info.identity, Label: info.label });
          out.findings([finding]);
        },
      });
    });

  demo.command("no").run(async (context) => {
    context.output({}, { schema: z.object({}), render: (_, out) => out.line("no") });
    return exitCodes.no;
  });

  demo.command("fail <kind>").run(async (context, kind: string) => {
    if (kind === "bug") throw new TypeError("x is not a function");
    if (kind === "system") throw Object.assign(new Error("EACCES: denied"), { code: "EACCES", path: "/x" });
    if (kind === "network")
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    if (kind === "shape")
      context.output({ n: "text" } as never, { schema: z.object({ n: z.number() }), render: () => {} });
    if (kind === "nothing") return;
    if (kind === "late")
      context.output({ n: 1 }, { schema: z.object({ n: z.number() }), render: (_, out) => out.line("one") });
    throw new AdkError("DEMO_FAILED", "It failed.", {
      kind: kind === "late" ? "input" : (kind as AdkError["kind"]),
      file: "a\u001b[2Jb.wim",
      offset: 208,
      expected: "MSWIM",
      found: 7,
      hint: "Try another file.",
    });
  });

  demo.command("echo <file>").run(async (context, file: string) => {
    await context.stdout.write(await readInput(context, file));
  });

  demo.command("work <files>").run(async (context, files: string) => {
    const counter = new ProgressCounter(context, "read", "files", Number(files));
    for (let count = 0; count < Number(files); count++) counter.add(1, `\\Windows\\${count}.dll`);
    context.output(
      { files: Number(files) },
      { schema: z.object({ files: z.number() }), render: (_, out) => out.line("worked") },
    );
  });

  demo.command("rows <count>").run(async (context, count: string) => {
    const rows = Array.from({ length: Number(count) }, (_, index) => [index, `\\Windows\\System32\\${index}.dll`]);
    const view = {
      schema: z.object({}),
      render: () => context.stdout.table([{ title: "Index" }, { title: "Path" }], rows),
    };
    context.output({}, view);
    return exitCodes.no;
  });

  demo.command("stream").run(async (context) => {
    for (let count = 0; count < 1000; count++) await context.stdout.write(new Uint8Array(65536).fill(0x61));
    context.note("never here when the reader goes away");
  });

  // Waits for a signal; "stubborn" does not listen to the first.
  demo.command("wait <how>").run(async (context, how: string) => {
    context.stderr.line("waiting");
    for (let count = 0; count < 500; count++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (how === "patient" && context.signal.aborted) {
        context.note("cleaned up");
        throwIfCancelled(context);
      }
    }
  });

  demo.command("uncaught").run(async (context) => {
    setTimeout(() => {
      throw new RangeError("in a callback");
    }, 1);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    context.note("not reached");
  });
};
