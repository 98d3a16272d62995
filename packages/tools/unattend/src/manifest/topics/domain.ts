import * as z from "zod";
import { JOIN } from "../../catalog/component-names.ts";
import { secretSchema } from "../secret.ts";
import { definedFields, defineTopic } from "../topic.ts";

const account = z.strictObject({
  user: z.string().min(1),
  domain: z.string().min(1),
  password: secretSchema.describe("Setup takes this one only readable."),
});

/** Joining a domain or a workgroup. */
export const domain = defineTopic({
  name: "domain",
  schema: z.union([
    z.strictObject({
      join: z.string().min(1).describe("The domain, `corp.example.com`."),
      ou: z.string().optional().describe("Where the computer account goes: OU=PCs,DC=corp,DC=example,DC=com."),
      account: account.describe("Who may join computers."),
    }),
    z.strictObject({ workgroup: z.string().min(1).max(15) }),
    z.strictObject({ provisioning: secretSchema.describe("What `djoin /provision` made for this computer.") }),
  ]),

  write(part, builder, { secret }) {
    if ("join" in part) {
      const { domain: Domain, user: Username, password } = part.account;
      for (const [name, value] of Object.entries({ Domain, Username, Password: secret(password) })) {
        builder.set("specialize", JOIN, `Identification/Credentials/${name}`, value);
      }
      builder.set("specialize", JOIN, "Identification/JoinDomain", part.join);
      builder.set("specialize", JOIN, "Identification/MachineObjectOU", part.ou);
    } else if ("workgroup" in part) builder.set("specialize", JOIN, "Identification/JoinWorkgroup", part.workgroup);
    else builder.set("offlineServicing", JOIN, OFFLINE, secret(part.provisioning));
  },

  read(reader) {
    const get = (path: string) => reader.get("specialize", JOIN, `Identification/${path}`);
    const join = get("JoinDomain");
    if (join !== undefined) {
      const [user, ofDomain, password] = ["Username", "Domain", "Password"].map((name) => get(`Credentials/${name}`));
      if (user === undefined || ofDomain === undefined || password === undefined) return undefined;
      const ou = get("MachineObjectOU");
      return { join, ...definedFields({ ou }), account: { user, domain: ofDomain, password } };
    }
    const workgroup = get("JoinWorkgroup");
    if (workgroup !== undefined) return { workgroup };
    const provisioning = reader.get("offlineServicing", JOIN, OFFLINE);
    return provisioning === undefined ? undefined : { provisioning };
  },
});

const OFFLINE = "OfflineIdentification/Provisioning/AccountData";
