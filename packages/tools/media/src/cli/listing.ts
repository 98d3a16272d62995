import { formatBytes, type Terminal } from "@adk/cli-kit";
import type { Finding } from "@adk/core";

interface Listing {
  readonly entries: readonly {
    readonly path: string;
    readonly type: "file" | "directory";
    readonly size: number;
    readonly modified?: string | undefined;
  }[];
  readonly findings: readonly Finding[];
}

/** Shows the files of a disc or a partition. */
export function renderListing({ entries, findings }: Listing, out: Terminal): void {
  const columns = [
    { title: "Size", align: "right" },
    { title: "Modified" },
    { title: "Path", truncate: "middle" },
  ] as const;
  const rows = entries.map(({ path, type, size, modified }) => {
    const isDirectory = type === "directory";
    return [isDirectory ? "" : formatBytes(size), modified?.slice(0, 10), path + (isDirectory ? "/" : "")];
  });
  out.table(columns, rows);
  out.findings(findings);
}
