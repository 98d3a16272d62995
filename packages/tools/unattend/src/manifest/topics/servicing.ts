import * as z from "zod";
import { DRIVERS, DRIVERS_PE } from "../../catalog/component-names.ts";
import { definedFields, defineTopic, filled } from "../topic.ts";

const PATHS = "DriverPaths/PathAndCredentials";
const driverPaths = z.array(z.string().min(1)).min(1).optional();

/** Directories with drivers. */
export const drivers = defineTopic({
  name: "drivers",
  schema: z.strictObject({
    windowsPE: driverPaths.describe("For Setup itself: storage and network."),
    windows: driverPaths.describe("Added to the installed Windows before its first start."),
  }),

  write({ windowsPE = [], windows = [] }, builder) {
    builder.topic = "drivers/windowsPE";
    for (const Path of windowsPE) builder.add("windowsPE", DRIVERS_PE, PATHS, { Path });
    builder.topic = "drivers/windows";
    for (const Path of windows) builder.add("offlineServicing", DRIVERS, PATHS, { Path });
  },

  read(reader) {
    const paths = (pass: string, component: string) =>
      filled(reader.items(pass, component, PATHS).map((item) => item.get("Path") ?? ""));
    return definedFields({
      windowsPE: paths("windowsPE", DRIVERS_PE),
      windows: paths("offlineServicing", DRIVERS),
    });
  },
});

const featureNames = z.array(z.string().min(1)).min(1).optional();

/** Windows features that are switched while the image is serviced. */
export const features = defineTopic({
  name: "features",
  schema: z.strictObject({
    foundation: z
      .string()
      .regex(/^\d+(\.\d+){3}$/, "Expected a version of four numbers, 10.0.26100.1.")
      .describe("Version of the image's Microsoft-Windows-Foundation-Package; it must be that of the image."),
    enable: featureNames,
    disable: featureNames,
  }),

  write({ foundation, enable = [], disable = [] }, { tree }) {
    tree.foundation = foundation;
    for (const name of enable) tree.features.push({ name, state: true });
    for (const name of disable) tree.features.push({ name, state: false });
  },

  read({ tree }) {
    if (tree.foundation === undefined || tree.features.length === 0) return undefined;
    const named = (state: boolean) =>
      filled(tree.features.filter((one) => one.state === state).map(({ name }) => name));
    return { foundation: tree.foundation, ...definedFields({ enable: named(true), disable: named(false) }) };
  },
});
