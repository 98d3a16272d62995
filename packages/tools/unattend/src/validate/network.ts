import { isIP } from "node:net";
import {
  attributeOf,
  childElements,
  childText,
  firstChild,
  textOf,
  WCM_NAMESPACE,
  type XmlElement,
} from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, type Rules, warning } from "./rule.ts";

/** Rules of network settings. */
export const NETWORK: Rules<"address" | "prefix" | "dhcp" | "order" | "gateway" | "keys"> = {
  address: error("ip-address", "This is no IP address.", "Addresses are written 192.0.2.7 or 2001:db8::7."),
  prefix: error(
    "ip-prefix",
    "An address has no prefix length, or a wrong one.",
    "UnicastIpAddresses and Route/Prefix take 192.0.2.7/24: the length stands behind a slash, there is no mask.",
  ),
  dhcp: warning(
    "dhcp-static",
    "An interface has addresses of its own and DHCP.",
    "Ipv4Settings/DhcpEnabled must be false, else the addresses are not used.",
  ),
  order: warning(
    "interface-order",
    "The settings of an interface stand in another order than Windows reads them.",
    "The reference page asks for Ipv4Settings, Ipv6Settings, Identifier, UnicastIpAddresses, Routes.",
  ),
  gateway: warning(
    "gateway",
    "The gateway is not in the network of any address.",
    "The route cannot be used. Check address, prefix length and NextHopAddress.",
  ),
  keys: warning(
    "key-order",
    "Addresses of a search order are not numbered from 1.",
    "wcm:keyValue gives the order of DNS servers: 1, 2, 3.",
  ),
};

const TCPIP = "Microsoft-Windows-TCPIP";
const DNS = "Microsoft-Windows-DNS-Client";
/** Of one interface, that a gateway is looked for in. */
const MOST_ADDRESSES = 64;
const ORDER = ["Ipv4Settings", "Ipv6Settings", "Identifier", "UnicastIpAddresses", "Routes"];

export function checkNetwork(checker: Checker): void {
  for (const each of checker.settings(TCPIP, "Interfaces/Interface")) checkInterface(checker, each);
  for (const path of ["DNSServerSearchOrder/IpAddress", "Interfaces/Interface/DNSServerSearchOrder/IpAddress"]) {
    for (const each of checker.settings(DNS, path)) {
      const text = checker.valueOf(each);
      if (text === undefined || isPlaceholder(text) || isIP(text) !== 0) continue;
      checker.report(NETWORK.address, contentOf(each), `${JSON.stringify(text)} is no IP address of a DNS server.`);
    }
  }
  for (const list of checker.settings(DNS, "Interfaces/Interface/DNSServerSearchOrder")) checkKeys(checker, list);
}

function checkKeys(checker: Checker, list: XmlElement): void {
  const keys = childElements(list, "IpAddress").map((each) => attributeOf(each, "keyValue", WCM_NAMESPACE));
  const numbered = keys.every((key) => key !== undefined && /^\d+$/.test(key));
  if (!numbered && keys.length > 0 && !keys.includes(undefined)) {
    checker.report(NETWORK.keys, list, "wcm:keyValue of DNS servers is their place in the order: 1, 2, 3.");
  }
}

function checkInterface(checker: Checker, element: XmlElement): void {
  const names = childElements(element)
    .map((child) => child.local)
    .filter((name) => ORDER.includes(name));
  const wrong = names.findIndex(
    (name, index) => index > 0 && ORDER.indexOf(name) < ORDER.indexOf(names[index - 1] as string),
  );
  if (wrong > 0) {
    const place = childElements(element).find((child) => child.local === names[wrong]) ?? element;
    checker.report(
      NETWORK.order,
      place,
      `${names[wrong]} stands behind ${names[wrong - 1]}; Windows wants ${ORDER.join(", ")}.`,
    );
  }
  const list = firstChild(element, "UnicastIpAddresses");
  const addresses = list ? childElements(list, "IpAddress") : [];
  const read = addresses.flatMap((each) => readPrefix(checker, each, "IpAddress") ?? []);
  const dhcp = firstChild(element, "Ipv4Settings");
  if (
    read.some(({ version }) => version === 4) &&
    !/^(?:false|0)$/i.test((dhcp && childText(dhcp, "DhcpEnabled")) ?? "true")
  ) {
    checker.report(
      NETWORK.dhcp,
      list ?? element,
      "Addresses are given, but DHCP is not switched off (Ipv4Settings/DhcpEnabled).",
    );
  }
  const routes = firstChild(element, "Routes");
  for (const route of routes ? childElements(routes, "Route") : [])
    checkRoute(checker, route, read.slice(0, MOST_ADDRESSES));
}

interface Address {
  readonly version: number;
  readonly text: string;
  readonly bits: number;
}

/** `192.0.2.7/24`; reported if it is not so. */
function readPrefix(checker: Checker, element: XmlElement, what: string): Address | undefined {
  const text = textOf(element).trim();
  if (text === "" || isPlaceholder(text)) return undefined;
  const [address = "", length, rest] = text.split("/");
  const version = isIP(address);
  if (version === 0) {
    checker.report(NETWORK.address, contentOf(element), `${what}: ${JSON.stringify(address)} is no IP address.`);
    return undefined;
  }
  const bits = Number(length ?? Number.NaN);
  if (rest !== undefined || !/^\d+$/.test(length ?? "") || bits > (version === 4 ? 32 : 128)) {
    checker.report(
      NETWORK.prefix,
      contentOf(element),
      `${what}: ${JSON.stringify(text)} needs a prefix length, as ${address}/24.`,
    );
    return undefined;
  }
  return { version, text: address, bits };
}

function checkRoute(checker: Checker, route: XmlElement, addresses: readonly Address[]): void {
  const prefix = firstChild(route, "Prefix");
  if (prefix) readPrefix(checker, prefix, "Prefix");
  const hop = firstChild(route, "NextHopAddress");
  const text = checker.valueOf(hop);
  if (hop === undefined || text === undefined || isPlaceholder(text)) return;
  const version = isIP(text);
  if (version === 0) {
    checker.report(NETWORK.address, contentOf(hop), `NextHopAddress: ${JSON.stringify(text)} is no IP address.`);
  } else if (version === 4 && text !== "0.0.0.0") {
    const own = addresses.filter((address) => address.version === 4);
    if (own.length > 0 && !own.some((address) => inNetwork(text, address))) {
      checker.report(NETWORK.gateway, contentOf(hop), `${text} is in the network of no address of this interface.`);
    }
  }
}

function inNetwork(address: string, { text, bits }: Address): boolean {
  const number = (of: string) => of.split(".").reduce((value, part) => value * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  return Math.floor(number(address) / size) === Math.floor(number(text) / size);
}
