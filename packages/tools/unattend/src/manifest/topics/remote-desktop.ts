import * as z from "zod";
import { FIREWALL, TERMINAL_SERVER, TERMINAL_STATIONS } from "../../catalog/component-names.ts";
import { defineTopic, toBoolean } from "../topic.ts";

/** The name of the group of rules in every language ("FirewallGroups", learn.microsoft.com). */
const GROUP = "@FirewallAPI.dll,-28752";

/** Remote Desktop: the service and its rules in the firewall. */
export const remoteDesktop = defineTopic({
  name: "remoteDesktop",
  schema: z.strictObject({
    networkLevelAuthentication: z.boolean().describe("Whether users prove who they are before a session is made."),
  }),

  write({ networkLevelAuthentication }, builder) {
    builder.set("specialize", TERMINAL_SERVER, "fDenyTSConnections", false);
    builder.set("specialize", TERMINAL_STATIONS, "UserAuthentication", networkLevelAuthentication ? 1 : 0);
    const rules = { Active: true, Group: GROUP, Profile: "all" };
    builder.add("specialize", FIREWALL, "FirewallGroups/FirewallGroup", rules, "RemoteDesktop");
  },

  read(reader) {
    const denied = toBoolean(reader.get("specialize", TERMINAL_SERVER, "fDenyTSConnections"));
    const level = reader.get("specialize", TERMINAL_STATIONS, "UserAuthentication");
    return denied === false && level !== undefined ? { networkLevelAuthentication: level === "1" } : undefined;
  },
});
