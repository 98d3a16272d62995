import { RUN_ORDER } from "../catalog/passes.ts";
import { escapeAttribute, escapeText } from "../document/references.ts";
import { targetComment } from "../document/target-comment.ts";
import type { AnswerTree, ComponentNode, SettingNode } from "./answer-tree.ts";

const INDENT = "  ";
const FOUNDATION = "Microsoft-Windows-Foundation-Package";
const IDENTITY = 'publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"';

/** The answer file as text: UTF-8, passes in the order in which they run, components in the order of the manifest. */
export function writeAnswerFile(tree: AnswerTree, architecture: string): string {
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">',
    ...(tree.target === undefined ? [] : [INDENT + targetComment(tree.target)]),
    ...servicingLines(tree, architecture),
  ];
  const passes = Map.groupBy(tree.components, ({ pass }) => pass);
  for (const pass of [...passes.keys()].sort((a, b) => placeOf(a) - placeOf(b))) {
    lines.push(`${INDENT}<settings pass="${escapeAttribute(pass)}">`);
    for (const component of passes.get(pass)!) componentLines(component, lines);
    lines.push(`${INDENT}</settings>`);
  }
  return `${lines.join("\n")}\n</unattend>\n`;
}

function placeOf(pass: string): number {
  const place = (RUN_ORDER as readonly string[]).indexOf(pass);
  return place < 0 ? RUN_ORDER.length : place;
}

function servicingLines({ foundation, features }: AnswerTree, architecture: string): string[] {
  if (foundation === undefined) return [];
  const identity = `name="${FOUNDATION}" version="${escapeAttribute(foundation)}" processorArchitecture="${architecture}"`;
  return [
    `${INDENT}<servicing>`,
    `${INDENT.repeat(2)}<package action="configure">`,
    `${INDENT.repeat(3)}<assemblyIdentity ${identity} publicKeyToken="31bf3856ad364e35" language="" />`,
    ...features.map(
      ({ name, state }) => `${INDENT.repeat(3)}<selection name="${escapeAttribute(name)}" state="${state}" />`,
    ),
    `${INDENT.repeat(2)}</package>`,
    `${INDENT}</servicing>`,
  ];
}

function componentLines({ name, architecture, settings }: ComponentNode, lines: string[]): void {
  const attributes = `name="${escapeAttribute(name)}" processorArchitecture="${escapeAttribute(architecture)}" ${IDENTITY}`;
  lines.push(`${INDENT.repeat(2)}<component ${attributes}>`);
  for (const node of settings) nodeLines(node, INDENT.repeat(3), lines);
  lines.push(`${INDENT.repeat(2)}</component>`);
}

function nodeLines({ name, value, key, isItem, children }: SettingNode, indent: string, lines: string[]): void {
  const keyValue = key === undefined ? "" : ` wcm:keyValue="${escapeAttribute(key)}"`;
  const start = `${indent}<${name}${isItem ? ' wcm:action="add"' : ""}${keyValue}>`;
  if (value !== undefined) lines.push(`${start}${escapeText(value)}</${name}>`);
  else {
    lines.push(start);
    for (const child of children) nodeLines(child, indent + INDENT, lines);
    lines.push(`${indent}</${name}>`);
  }
}
