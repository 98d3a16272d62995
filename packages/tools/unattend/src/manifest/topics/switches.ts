import * as z from "zod";
import * as names from "../../catalog/component-names.ts";
import type { Topic } from "../topic.ts";
import { definedFields } from "../topic.ts";

/** A field of a manifest that is one setting with two values. */
interface Switch {
  readonly place: readonly [pass: string, component: string, path: string];
  /** What is written for `true` and for `false`. */
  readonly on: string;
  readonly off: string;
  readonly description: string;
}

type SwitchSchema<Name extends string> = z.ZodObject<{ [K in Name]: z.ZodOptional<z.ZodBoolean> }, z.core.$strict>;

/** A part of a manifest that is nothing but switches. */
function switches<Name extends string>(name: string, table: Record<Name, Switch>): Topic<SwitchSchema<Name>> {
  const entries = Object.entries(table) as [Name, Switch][];
  const shape = Object.fromEntries(
    entries.map(([field, { description }]) => [field, z.boolean().optional().describe(description)]),
  ) as SwitchSchema<Name>["shape"];
  return {
    name,
    schema: z.strictObject(shape) as unknown as SwitchSchema<Name>,
    write(part, builder) {
      for (const [field, { place, on, off }] of entries) {
        const value = (part as Partial<Record<Name, boolean>>)[field];
        if (value !== undefined) builder.set(...place, value ? on : off);
      }
    },
    read(reader) {
      const found = entries.map(([field, { place, on, off }]) => {
        const text = reader.get(...place);
        return [field, text === on ? true : text === off ? false : undefined];
      });
      return definedFields(Object.fromEntries(found)) as z.input<SwitchSchema<Name>> | undefined;
    },
  };
}

const isTrue = { on: "true", off: "false" } as const;
const isFalse = { on: "false", off: "true" } as const;
const oobePath = (name: string) => ["oobeSystem", names.SHELL, `OOBE/${name}`] as const;

/** Pages of the first start; `false` leaves one out. */
export const oobe = switches("oobe", {
  eula: { place: oobePath("HideEULAPage"), ...isFalse, description: "The licence terms." },
  oemRegistration: {
    place: oobePath("HideOEMRegistrationScreen"),
    ...isFalse,
    description: "The maker's registration.",
  },
  onlineAccount: {
    place: oobePath("HideOnlineAccountScreens"),
    ...isFalse,
    description: "Signing in with a Microsoft account.",
  },
  localAccount: {
    place: oobePath("HideLocalAccountScreen"),
    ...isFalse,
    description: "The administrator's password (servers only).",
  },
  wireless: { place: oobePath("HideWirelessSetupInOOBE"), ...isFalse, description: "Joining a wireless network." },
});

/** What Windows tells Microsoft. */
export const privacy = switches("privacy", {
  expressSettings: {
    place: oobePath("ProtectYourPC"),
    on: "1",
    off: "3",
    description: "The recommended settings of the first start; `false` turns them off without asking.",
  },
  customerExperience: {
    place: ["specialize", names.CUSTOMER_EXPERIENCE, "CEIPEnabled"],
    on: "1",
    off: "0",
    description: "The Customer Experience Improvement Program.",
  },
  errorReporting: {
    place: ["specialize", names.ERROR_REPORTING, "DisableWER"],
    on: "0",
    off: "1",
    description: "Windows Error Reporting.",
  },
});

/** Switches of Windows that answer files often set. */
export const system = switches("system", {
  userAccountControl: {
    place: ["offlineServicing", names.USER_ACCOUNT_CONTROL, "EnableLUA"],
    ...isTrue,
    description: "User Account Control.",
  },
  serverManager: {
    place: ["specialize", names.SERVER_MANAGER, "DoNotOpenServerManagerAtLogon"],
    ...isFalse,
    description: "Whether Server Manager opens at logon (servers only).",
  },
});

/** How Setup itself works. */
export const setup = switches("setup", {
  dynamicUpdate: {
    place: ["windowsPE", names.SETUP, "DynamicUpdate/Enable"],
    ...isTrue,
    description: "Whether Setup looks for updates of itself.",
  },
  configurationSet: {
    place: ["windowsPE", names.SETUP, "UseConfigurationSet"],
    ...isTrue,
    description: "Copy what lies beside the answer file (a configuration set) to the computer.",
  },
});

/** Ends Setup in audit mode, at the administrator's desktop, in place of the first start. */
export const audit: Topic<z.ZodBoolean> = {
  name: "audit",
  schema: z.boolean(),
  write(isAudit, builder) {
    if (isAudit) builder.set("oobeSystem", names.DEPLOYMENT, "Reseal/Mode", "Audit");
  },
  read: (reader) => (reader.get("oobeSystem", names.DEPLOYMENT, "Reseal/Mode") === "Audit" ? true : undefined),
};
