import { resolve } from "node:path";
import { type Context, type ExitCode, exitCodes } from "@adk/cli-kit";
import * as z from "zod";
import { builtinCatalog } from "../../catalog/builtin.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { clgHeader, writeClg } from "../../catalog/clg/clg.ts";
import type { ClgCatalog } from "../../catalog/clg/clg-catalog.ts";
import {
  type CatalogDump,
  catalogChangeSchema,
  catalogDumpSchema,
  describeComponent,
  diffCatalogs,
} from "../../catalog/describe-catalog.ts";
import { openCatalog } from "../../catalog/open-catalog.ts";
import { writeFile } from "../documents.ts";

async function open(context: Context, name: string): Promise<ClgCatalog> {
  return (await openCatalog(resolve(context.cwd, name))).catalog;
}

export async function dump(context: Context, name: string | undefined): Promise<void> {
  const result = name === undefined ? dumpBuiltin() : dumpImage(await open(context, name));
  context.output(result, {
    schema: catalogDumpSchema,
    render: ({ components }, out) => {
      for (const { name, architecture, passes, settings } of components) {
        out.line(out.style("bold", `${name} (${architecture}), ${passes.join(", ")}`));
        for (const { path, kind, type, passes, values } of settings) {
          const what = kind === "leaf" ? `${type ?? "?"}${values ? ` (${values.join("|")})` : ""}` : kind;
          out.line(`  ${path}  ${what}  ${passes.join(",")}`);
        }
      }
    },
  });
}

function dumpBuiltin(): CatalogDump {
  const { name, components } = builtinCatalog();
  const described = components.map((component) =>
    describeComponent(component, component.architectures[0] ?? "unknown"),
  );
  return { catalog: name, components: described, packages: [] };
}

function dumpImage({ name, entries, packages }: ClgCatalog): CatalogDump {
  return {
    catalog: name,
    components: entries.map(({ component, architecture, version }) =>
      describeComponent(component, architecture, version),
    ),
    packages: packages.map(({ name, version, architecture, language, releaseType, features }) => ({
      name,
      version,
      architecture,
      language,
      releaseType: releaseType ?? null,
      features: [...features],
    })),
  };
}

const infoSchema = z.object({
  file: z.string(),
  imageName: z.string().nullable(),
  imageUri: z.string().nullable(),
  imageModified: z.string().nullable(),
  architecture: z.string(),
  components: z.number(),
  componentNames: z.number(),
  packages: catalogDumpSchema.shape.packages,
});

export async function info(context: Context, name: string): Promise<void> {
  const { clg, catalog } = await openCatalog(resolve(context.cwd, name));
  const { imageName, imageUri, imageModified } = clgHeader(clg);
  const result = {
    file: name,
    imageName: imageName ?? null,
    imageUri: imageUri ?? null,
    imageModified: imageModified ?? null,
    architecture: catalog.architecture,
    components: catalog.entries.length,
    componentNames: catalog.components.length,
    packages: dumpImage(catalog).packages,
  };
  context.output(result, {
    schema: infoSchema,
    render: ({ packages, ...head }, out) => {
      const features = packages.flatMap((one) => one.features);
      const enabled = features.filter((one) => one.enabled).length;
      out.facts({
        Image: head.imageName ?? "",
        "Made of": head.imageUri ?? "",
        "Image changed": head.imageModified ?? "",
        Architecture: head.architecture,
        Components: `${head.components} (${head.componentNames} names)`,
        Features: `${features.length}, ${enabled} enabled`,
      });
      out.table(
        [{ title: "Package" }, { title: "Version" }, { title: "Language" }],
        packages.map((one) => [one.name, one.version, one.language]),
      );
    },
  });
}

const diffSchema = z.object({ equal: z.boolean(), changes: z.array(catalogChangeSchema) });

export async function diff(context: Context, before: string, after: string | undefined): Promise<ExitCode> {
  const first: Catalog = after === undefined ? builtinCatalog() : await open(context, before);
  const second = await open(context, after ?? before);
  const changes = diffCatalogs(first, second);
  const result = { equal: changes.length === 0, changes };
  context.output(result, {
    schema: diffSchema,
    render: ({ changes }, out) => {
      for (const { change, component, path, field, before, after } of changes) {
        const values = field === null ? "" : ` ${field}: ${before ?? "-"} -> ${after ?? "-"}`;
        out.line(`${change}: ${component}${path === null ? "" : `/${path}`}${values}`);
      }
    },
  });
  return result.equal ? exitCodes.done : exitCodes.no;
}

const copySchema = z.object({ file: z.string(), target: z.string(), bytes: z.number() });

export async function copy(
  context: Context,
  name: string,
  target: string,
  { force }: { force?: boolean },
): Promise<void> {
  const { clg } = await openCatalog(resolve(context.cwd, name));
  const bytes = writeClg(clg);
  await writeFile(context, target, bytes, force);
  const result = { file: name, target, bytes: bytes.length };
  context.output(result, {
    schema: copySchema,
    render: ({ target, bytes }, out) => out.line(`${target}: ${bytes} bytes`),
  });
}
