import * as z from "zod";
import { SHELL } from "../../catalog/component-names.ts";
import { passwordSchema, passwordValues, readPassword, writePassword } from "../secret.ts";
import { definedFields, defineTopic, filled, toBoolean, toNumber } from "../topic.ts";

/** Characters that no account name has; the name NONE is reserved. */
const userName = z
  .string()
  .min(1)
  .max(20, "A user name has at most 20 characters.")
  .regex(/^[^"/\\[\]:|<>+=;,?*%@]+$/, 'A user name has none of "/\\[]:|<>+=;,?*%@.')
  .refine((name) => name.toUpperCase() !== "NONE", { error: "The name NONE is reserved." });

const USER = "UserAccounts/LocalAccounts/LocalAccount";

/** Local users that are created before the first logon. */
export const users = defineTopic({
  name: "users",
  schema: z
    .array(
      z.strictObject({
        name: userName,
        password: passwordSchema.optional().describe("Without one the account has an empty password."),
        displayName: z.string().max(256).optional(),
        description: z.string().max(256).optional(),
        groups: z
          .array(z.string().regex(/^[^;]+$/))
          .min(1)
          .describe("English names, `Administrators`, `Users`: Setup knows them in every language."),
      }),
    )
    .min(1),

  write(list, builder, { secret }) {
    for (const { name, password, displayName, description, groups } of list) {
      builder.add("oobeSystem", SHELL, USER, {
        ...passwordValues(password, "Password", secret),
        Description: description,
        DisplayName: displayName,
        Group: groups.join(";"),
        Name: name,
      });
    }
  },

  read(reader) {
    const list = reader.items("oobeSystem", SHELL, USER).map((item) => ({
      name: item.get("Name") ?? "",
      ...definedFields({
        password: readPassword((path) => item.get(path), "Password"),
        displayName: item.get("DisplayName"),
        description: item.get("Description"),
      }),
      groups: (item.get("Group") ?? "").split(";"),
    }));
    return filled(list);
  },
});

/** The built-in administrator; a server asks for this password where it is not given. */
export const administratorPassword = defineTopic({
  name: "administratorPassword",
  schema: passwordSchema,

  write(password, builder, { secret }) {
    writePassword(builder, ["oobeSystem", SHELL, "UserAccounts/"], "AdministratorPassword", password, secret);
  },

  read: (reader) => {
    const get = (path: string) => reader.get("oobeSystem", SHELL, path);
    return readPassword(get, "AdministratorPassword", "UserAccounts/");
  },
});

/** Who is logged on without being asked after Setup. */
export const autologon = defineTopic({
  name: "autologon",
  schema: z.strictObject({
    user: z.string().min(1).max(256),
    password: passwordSchema.optional(),
    domain: z.string().optional(),
    count: z.number().int().min(1).max(9999999).optional().describe("How many times; Windows counts one more."),
  }),

  write({ user, password, domain, count }, builder, { secret }) {
    writePassword(builder, ["oobeSystem", SHELL, "AutoLogon/"], "Password", password, secret);
    builder.set("oobeSystem", SHELL, "AutoLogon/Enabled", true);
    builder.set("oobeSystem", SHELL, "AutoLogon/Domain", domain);
    builder.set("oobeSystem", SHELL, "AutoLogon/LogonCount", count);
    builder.set("oobeSystem", SHELL, "AutoLogon/Username", user);
  },

  read(reader) {
    const get = (path: string) => reader.get("oobeSystem", SHELL, path);
    const user = get("AutoLogon/Username");
    if (user === undefined || !toBoolean(get("AutoLogon/Enabled"))) return undefined;
    return {
      user,
      ...definedFields({
        password: readPassword(get, "Password", "AutoLogon/"),
        domain: get("AutoLogon/Domain"),
        count: toNumber(get("AutoLogon/LogonCount")),
      }),
    };
  },
});
