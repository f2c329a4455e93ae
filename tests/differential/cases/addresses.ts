// Addresses and ports: the TCP peer, the client that X-Forwarded-For names, the listener's own.
import { cross, type Table } from "../case.js";
import type { ConnectionSpec, Header, RequestSpec } from "../compared/exchange.js";
import { authorization, type JsonObject, type Policy } from "../policy.js";

const direct = { directRemoteAddress: "jwt_policy.direct_remote" };

function policy(name: string, rule: JsonObject): Policy {
  const peer = /ipBlocks|notIpBlocks|source\.ip/.test(JSON.stringify(rule));
  return {
    name: `addresses/${name}`,
    config: { ...(peer ? direct : {}), ...authorization({ rules: [rule] }) },
  };
}

const blocks: readonly (readonly string[])[] = [
  ["127.0.0.1"],
  ["127.0.0.0/8"],
  ["127.0.0.7/32"],
  ["0.0.0.0/0"],
  ["10.0.0.0/8", "192.0.2.0/24"],
  ["10.1.2.3/8"],
  ["10.1.2.3"],
  ["192.0.2.128/25"],
  ["192.0.2.1/31"],
  ["::1"],
  ["::/0"],
  ["2001:db8::/32"],
  ["2001:db8::1"],
  ["2001:DB8:0:0::1/128"],
  ["::ffff:10.1.2.3"],
  ["::ffff:0:0/96"],
  ["2001:db8::/127", "10.0.0.0/30"],
  ["0.0.0.0"],
  ["255.255.255.255"],
];

const policies: Policy[] = blocks.flatMap((list) => {
  const label = list.join(" ");
  return [
    policy(`ipBlocks ${label}`, { from: [{ source: { ipBlocks: list } }] }),
    policy(`notIpBlocks ${label}`, { from: [{ source: { notIpBlocks: list } }] }),
    policy(`remoteIpBlocks ${label}`, { from: [{ source: { remoteIpBlocks: list } }] }),
    policy(`notRemoteIpBlocks ${label}`, { from: [{ source: { notRemoteIpBlocks: list } }] }),
    policy(`source.ip ${label}`, { when: [{ key: "source.ip", values: list }] }),
    policy(`remote.ip not ${label}`, { when: [{ key: "remote.ip", notValues: list }] }),
    policy(`destination.ip ${label}`, { when: [{ key: "destination.ip", values: list }] }),
  ];
});

const ports: Policy[] = [["8080"], ["80", "8081"], ["0"], ["65535"], ["08080"]].flatMap((list) => {
  const label = list.join(" ");
  return [
    policy(`ports ${label}`, { to: [{ operation: { ports: list } }] }),
    policy(`notPorts ${label}`, { to: [{ operation: { notPorts: list } }] }),
    policy(`destination.port ${label}`, { when: [{ key: "destination.port", values: list }] }),
    policy(`destination.port not ${label}`, { when: [{ key: "destination.port", notValues: list }] }),
  ];
});

const xff = (value: string): Header => ["x-forwarded-for", value];

function request(connection: ConnectionSpec, ...headers: Header[]): RequestSpec {
  return { connection, headers };
}

const requests: Record<string, RequestSpec> = {
  plain: {},
  "peer 127.0.0.7": request({ from: "127.0.0.7" }),
  "peer 127.1.2.3": request({ from: "127.1.2.3" }),
  "XFF 10.1.2.3": request({}, xff("10.1.2.3")),
  "XFF 10.1.2.3, 192.0.2.200": request({}, xff("10.1.2.3, 192.0.2.200")),
  "XFF 192.0.2.200,10.1.2.3": request({}, xff("192.0.2.200,10.1.2.3")),
  "XFF two lines": request({}, xff("10.1.2.3"), xff("192.0.2.200")),
  "XFF IPv6": request({}, xff("2001:db8::1")),
  "XFF IPv6 in brackets": request({}, xff("[2001:db8::1]")),
  "XFF mapped": request({}, xff("::ffff:10.1.2.3")),
  "XFF with port": request({}, xff("10.1.2.3:99")),
  "XFF junk": request({}, xff("junk")),
  "XFF good then junk": request({}, xff("10.1.2.3, junk")),
  "XFF empty": request({}, xff("")),
  "XFF blanks": request({}, xff("  10.1.2.3  ")),
  "XFF unspecified": request({}, xff("0.0.0.0")),
  "XFF all ones": request({}, xff("255.255.255.255")),
  "XFF octal": request({}, xff("010.1.2.3")),
  "XFF loopback": request({}, xff("127.0.0.1")),
  "PROXY from 10.1.2.3": request({ source: "10.1.2.3" }),
  "PROXY from 192.0.2.1": request({ source: "192.0.2.1", destination: "10.1.2.3" }),
  "PROXY from 2001:db8::1": request({ source: "2001:db8::1" }),
  "PROXY from ::ffff:10.1.2.3": request({ source: "::ffff:10.1.2.3", destination: "::1" }),
  "PROXY and XFF": request({ source: "192.0.2.200", from: "127.0.0.7" }, xff("10.1.2.3")),
  "PROXY to 2001:db8::9": request({ source: "2001:db8::5", destination: "2001:db8::1" }),
};

const destinations: Record<string, RequestSpec> = Object.fromEntries(
  [0, 1, 80, 8080, 8081, 65535].map((port): [string, RequestSpec] => [
    `to port ${port}`,
    request({ source: "10.1.2.3", destinationPort: port }),
  ]),
);

export const addresses: Table = {
  name: "addresses",
  cases: [...cross(policies, requests), ...cross(ports, { ...destinations, plain: {} })],
};
