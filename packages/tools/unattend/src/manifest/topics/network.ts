import * as z from "zod";
import { DNS, TCPIP } from "../../catalog/component-names.ts";
import type { AnswerReader } from "../answer-reader.ts";
import { definedFields, defineTopic, filled, toBoolean, toNumber } from "../topic.ts";

const INTERFACE = "Interfaces/Interface";

const address = z.union([z.ipv4(), z.ipv6()]);
const subnet = z.union([z.cidrv4(), z.cidrv6()], { error: "Expected an address with its prefix: 192.168.1.10/24." });

const interfaceSchema = z.strictObject({
  id: z.string().min(1).max(256).describe("Name of the connection (Ethernet) or MAC address (00-15-5D-01-02-03)."),
  dhcp: z.boolean().optional(),
  addresses: z.array(subnet).min(1).optional(),
  gateway: address.optional(),
  metric: z.number().int().min(1).optional().describe("Of the gateway (default 10)."),
  dns: z.array(address).min(1).optional().describe("Name servers in the order in which they are asked."),
  dnsDomain: z.string().optional(),
});
type Interface = z.output<typeof interfaceSchema>;

/** Addresses and name servers of network interfaces in the installed Windows. */
export const network = defineTopic({
  name: "network",
  schema: z.strictObject({
    interfaces: z.array(interfaceSchema).min(1).optional(),
    dnsDomain: z.string().optional(),
    dnsSuffixes: z.array(z.string()).min(1).optional().describe("Tried in this order for short names."),
  }),

  write({ interfaces = [], dnsDomain, dnsSuffixes = [] }, builder) {
    for (const { id, dhcp, addresses = [], gateway, metric, dns = [], dnsDomain: domain } of interfaces) {
      if (dhcp !== undefined || addresses.length > 0 || gateway !== undefined) {
        const automatic = dhcp ?? (addresses.length > 0 ? false : undefined);
        // Reference pages ask for this order of the children.
        const item = builder.add("specialize", TCPIP, INTERFACE, {
          "Ipv4Settings/DhcpEnabled": automatic,
          Identifier: id,
        });
        for (const one of addresses) builder.addScalar(item, "UnicastIpAddresses/IpAddress", one);
        if (gateway !== undefined) {
          const Prefix = gateway.includes(":") ? "::/0" : "0.0.0.0/0";
          const route = { Identifier: 1, Prefix, NextHopAddress: gateway, Metric: metric ?? 10 };
          builder.addInside(item, TCPIP, INTERFACE, "Routes/Route", route);
        }
      }
      if (dns.length > 0 || domain !== undefined) {
        const item = builder.add("specialize", DNS, INTERFACE, { Identifier: id, DNSDomain: domain });
        for (const server of dns) builder.addScalar(item, "DNSServerSearchOrder/IpAddress", server);
      }
    }
    builder.set("specialize", DNS, "DNSDomain", dnsDomain);
    for (const suffix of dnsSuffixes) builder.addScalarTo("specialize", DNS, "DNSSuffixSearchOrder/DomainName", suffix);
  },

  read(reader) {
    return definedFields({
      interfaces: filled(readInterfaces(reader)),
      dnsDomain: reader.get("specialize", DNS, "DNSDomain"),
      dnsSuffixes: filled(values(reader.items("specialize", DNS, "DNSSuffixSearchOrder/DomainName"))),
    });
  },
});

function readInterfaces(reader: AnswerReader): Interface[] {
  const interfaces = new Map<string, Interface>();
  const at = (id: string) => {
    const known = interfaces.get(id) ?? { id };
    interfaces.set(id, known);
    return known;
  };
  for (const item of reader.items("specialize", TCPIP, INTERFACE)) {
    const addresses = filled(values(item.items("UnicastIpAddresses/IpAddress")));
    const dhcp = toBoolean(item.get("Ipv4Settings/DhcpEnabled"));
    const [route] = item.items("Routes/Route");
    const metric = toNumber(route?.get("Metric"));
    const fields = {
      dhcp: dhcp === false && addresses ? undefined : dhcp,
      addresses,
      gateway: route?.get("NextHopAddress"),
      metric: metric === 10 ? undefined : metric,
    };
    Object.assign(at(item.get("Identifier") ?? ""), definedFields(fields));
  }
  for (const item of reader.items("specialize", DNS, INTERFACE)) {
    const fields = {
      dns: filled(values(item.items("DNSServerSearchOrder/IpAddress"))),
      dnsDomain: item.get("DNSDomain"),
    };
    Object.assign(at(item.get("Identifier") ?? ""), definedFields(fields));
  }
  return [...interfaces.values()];
}

function values(items: readonly { value: string | undefined }[]): string[] {
  return items.map(({ value }) => value ?? "");
}
