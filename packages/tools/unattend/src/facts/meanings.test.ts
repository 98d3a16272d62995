import { expect, test } from "vitest";
import { builtinCatalog } from "../catalog/builtin.ts";
import { findSetting } from "../catalog/catalog.ts";
import { describedSettings } from "./meanings.ts";

test("every setting that is described is one of the catalogue, spelled as there", () => {
  const catalog = builtinCatalog();
  for (const [component, path] of describedSettings()) {
    expect(`${catalog.component(component)?.name}/${findSetting(catalog, component, path)?.path}`).toBe(
      `${component}/${path}`,
    );
  }
});
