import { join, resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, usageError } from "@adk/cli-kit";
import { finding } from "@adk/cli-kit/schemas";
import type { Finding } from "@adk/core";
import * as z from "zod";
import {
  checkConfigurationSet,
  configurationSetSchema,
  createConfigurationSet,
} from "../../share/configuration-set.ts";
import { addDriver, addOem, addPackage, checkShare, createShare } from "../../share/distribution-share.ts";
import type { CopyResult } from "../../share/host-tree.ts";
import { readAnswerFile } from "../documents.ts";

const copiedSchema = z.object({ share: z.string(), files: z.number(), bytes: z.number() });
const findingsSchema = z.object({ directory: z.string(), findings: z.array(finding) });

export async function create(context: Context, directory: string): Promise<void> {
  await createShare(resolve(context.cwd, directory));
  tellCopied(context, directory, { files: 0, bytes: 0 });
}

export async function addDriverTo(
  context: Context,
  root: string,
  source: string,
  options: { name?: string },
): Promise<void> {
  tellCopied(context, root, await addDriver(resolve(context.cwd, root), resolve(context.cwd, source), options.name));
}

export async function addPackageTo(context: Context, root: string, source: string): Promise<void> {
  tellCopied(context, root, await addPackage(resolve(context.cwd, root), resolve(context.cwd, source)));
}

export async function addOemTo(context: Context, root: string, source: string, target: string): Promise<void> {
  tellCopied(context, root, await addOem(resolve(context.cwd, root), resolve(context.cwd, source), target));
}

function tellCopied(context: Context, share: string, { files, bytes }: CopyResult): void {
  context.output(
    { share, files, bytes },
    {
      schema: copiedSchema,
      render: ({ share, files, bytes }, out) => out.line(`${share}: ${files} files, ${bytes} bytes`),
    },
  );
}

export async function check(context: Context, root: string): Promise<ExitCode> {
  return tellFindings(context, root, await checkShare(resolve(context.cwd, root)));
}

function tellFindings(context: Context, directory: string, findings: Finding[]): ExitCode {
  context.output(
    { directory, findings },
    {
      schema: findingsSchema,
      render: ({ findings }, out) => {
        if (findings.length === 0) out.line(`${directory}: nothing to tell`);
        else out.findings(findings);
      },
    },
  );
  return findings.some(({ severity }) => severity === "error") ? exitCodes.no : exitCodes.done;
}

export async function createSet(
  context: Context,
  name: string,
  directory: string,
  options: { share?: string[] },
): Promise<void> {
  const shares = (options.share ?? []).map((text) => {
    const [, prefix, host] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (prefix === undefined || host === undefined) {
      throw usageError(
        "BAD_SHARE",
        `${JSON.stringify(text)} is not of the form PREFIX=DIRECTORY.`,
        "adk unattend configset create",
      );
    }
    return { prefix, directory: resolve(context.cwd, host) };
  });
  const file = await readAnswerFile(context, name);
  const result = await createConfigurationSet(file, shares, resolve(context.cwd, directory));
  context.output(result, {
    schema: configurationSetSchema,
    render: ({ copied, rewritten, kept }, out) => {
      for (const { from, to, files } of copied) out.line(`copied: ${from} -> ${to} (${files} files)`);
      for (const { setting, from, to } of rewritten) out.line(`rewritten: ${setting}: ${from} -> ${to}`);
      for (const { setting, path } of kept) out.line(`kept: ${setting}: ${path}`);
    },
  });
}

export async function checkSet(context: Context, directory: string): Promise<ExitCode> {
  const file = await readAnswerFile(context, join(directory, "Autounattend.xml"));
  return tellFindings(context, directory, await checkConfigurationSet(resolve(context.cwd, directory), file));
}
