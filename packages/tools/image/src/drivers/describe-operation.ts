import { formatRegType } from "@adk/registry";
import { dataText } from "../registry/value-text.ts";
import type { DriverOperation } from "./operations.ts";

/** A step of a plan as people read it, on one line. */
export function describeOperation(operation: DriverOperation): string {
  switch (operation.kind) {
    case "copy-file":
      return `copy ${operation.from} to ${operation.to}`;
    case "delete-path":
      return `delete ${operation.path}`;
    case "create-key":
      return `create [${operation.key}]`;
    case "delete-key":
      return `delete [${operation.key}]`;
    case "set-value": {
      const { key, name, type, data, onlyIf } = operation;
      const condition = onlyIf === undefined ? "" : ` if it is ${onlyIf}`;
      return `set [${key}] ${valueName(name)} ${formatRegType(type)} ${dataText(type, data)}${condition}`;
    }
    case "delete-value":
      return `delete [${operation.key}] ${valueName(operation.name)}`;
    case "add-texts":
      return `add to [${operation.key}] ${valueName(operation.name)}: ${operation.texts.join(", ")}`;
    case "remove-texts":
      return `take from [${operation.key}] ${valueName(operation.name)}: ${operation.texts.join(", ")}`;
  }
}

/** As .reg files write it. */
function valueName(name: string): string {
  return name === "" ? "@" : JSON.stringify(name);
}
