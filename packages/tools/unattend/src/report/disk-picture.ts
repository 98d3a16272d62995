import { type Html, html, subsection } from "@adk/report";
import type { SimulatedDisk, SimulatedPartition } from "../disk/simulate.ts";

const WIDTH = 960;
const HEIGHT = 76;
/** Narrower ones could not be told apart. */
const LEAST = 70;

/** A disk as a bar of its partitions. Widths only hint at sizes: they range from 16 MB to terabytes. */
export function diskPicture({ id, style, wiped, partitions }: SimulatedDisk): Html {
  const kind = style === "unknown" ? "" : `, ${style.toUpperCase()}`;
  const title = `Disk ${id ?? "?"}${kind}${wiped ? ", erased" : ", kept"}`;
  if (partitions.length === 0)
    return subsection(title, html`<p>No partitions are created; what is on it is not known.</p>`);
  const weights = partitions.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const room = WIDTH - LEAST * partitions.length;
  let x = 0;
  const boxes = partitions.map((partition, i) => {
    const width = LEAST + Math.max(0, room * (weights[i]! / total));
    const box = partitionBox(partition, Math.round(x), Math.round(width) - 2);
    x += width;
    return box;
  });
  const picture = html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%" role="img" aria-label="${title}">${boxes}</svg>`;
  return subsection(title, picture, html`<ol>${partitions.map((one) => html`<li>${describe(one)}</li>`)}</ol>`);
}

/** The logarithm of the size; what is left of the disk counts like a terabyte. */
function weightOf({ sizeMB }: SimulatedPartition): number {
  return Math.log2(typeof sizeMB === "number" ? Math.max(2, sizeMB) : 2 ** 20);
}

function partitionBox(partition: SimulatedPartition, x: number, width: number): Html {
  const { number, type, label, letter } = partition;
  const name = [letter && `${letter}:`, label].filter((part) => part !== undefined).join(" ");
  return html`<g><rect x="${x}" y="1" width="${width}" height="${HEIGHT - 2}" fill="none" stroke="currentColor"/>
<text x="${x + 6}" y="20" font-size="13" fill="currentColor">${number ?? "-"} ${type}</text>
<text x="${x + 6}" y="40" font-size="13" fill="currentColor">${name}</text>
<text x="${x + 6}" y="60" font-size="13" fill="currentColor">${sizeOf(partition)}</text></g>`;
}

function describe(partition: SimulatedPartition): string {
  const { type, format, label, letter, active, typeId } = partition;
  const parts = [
    `${type}, ${sizeOf(partition)}`,
    format,
    label && `label ${label}`,
    letter && `letter ${letter}`,
    active ? "active" : undefined,
    typeId && `type ${typeId}`,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

function sizeOf({ sizeMB }: SimulatedPartition): string {
  return sizeMB === "rest" ? "the rest" : sizeMB === undefined ? "size unknown" : `${sizeMB} MB`;
}
