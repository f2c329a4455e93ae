/** Addresses and blocks as Go's net/netip reads them, which is what Istio takes. */
import { peerRangeKey, rangeKey, readPeerAddress } from "../../../../assembly/policy/values/address_range";
import { utf8 } from "../../../../assembly/memory/persistent";
import { spanAddress, spanLength } from "../../../../assembly/memory/span";
import { expectBytes, expectEqual, expectFalse, expectTrue } from "../../assertions/expect.as";

const key: usize = memory.data(18);

function expectRange(text: string, hex: string): void {
  expectTrue(rangeKey(utf8(text), key), text);
  expectBytes(key, 18, hex, text);
}

export function blocks_and_addresses(): void {
  expectRange("10.1.2.3", "04200a010203000000000000000000000000");
  expectRange("10.1.2.3/8", "04080a000000000000000000000000000000");
  expectRange("10.1.2.3/0", "0400" + "00".repeat(16));
  expectRange("255.255.255.255/32", "0420ffffffff000000000000000000000000");
  expectRange("::", "0680" + "00".repeat(16));
  expectRange("::1", "0680" + "00".repeat(15) + "01");
  expectRange("2001:db8::/32", "062020010db8000000000000000000000000");
  expectRange("2001:db8::ff/12", "060c20000000000000000000000000000000");
  expectRange("1:2:3:4:5:6:7:8", "068000010002000300040005000600070008");
  expectRange("1:2:3:4:5:6:7::", "068000010002000300040005000600070000");
  expectRange("::ffff:1.2.3.4", "068000000000000000000000ffff01020304");
  expectRange("1:2:3:4:5:6:1.2.3.4", "068000010002000300040005000601020304");
  expectRange("fe80::1%eth0", "0680fe800000000000000000000000000001");
}

export function what_is_no_block(): void {
  const texts = [
    "",
    ".",
    "1",
    "1.2.3",
    "1.2.3.",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1.2.3.4x",
    "1..3.4",
    "01.2.3.4",
    "1.2.3.04",
    "256.2.3.4",
    "1.2.3.1000",
    "1.2.3.4/",
    "1.2.3.4/33",
    "1.2.3.4/08",
    "1.2.3.4/00",
    "1.2.3.4/-1",
    "1.2.3.4/+8",
    "1.2.3.4/8x",
    "1.2.3.4/0008",
    "1.2.3.4/8/8",
    "/8",
    "1.2.3.4%eth0",
    ":",
    "1:",
    ":1",
    ":::",
    "1:::2",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4",
    "::1.2.3",
    "::1.2.3.4:5",
    "::/129",
    "::1%",
    "fe80::1%eth0/64",
    "fe80::%eth0/",
  ];
  for (let i = 0; i < texts.length; i++) expectFalse(rangeKey(utf8(texts[i]), key), texts[i]);
}

function expectPeer(text: string, family: u8, bits: u8, hex: string): void {
  expectTrue(readPeerAddress(utf8(text)), text);
  const found = peerRangeKey(family, bits);
  expectEqual<u32>(spanLength(found), 18, text);
  expectBytes(spanAddress(found), 18, hex, text);
  // Of the other family there is none.
  expectEqual<u32>(spanLength(peerRangeKey(family == 4 ? 6 : 4, bits)), 0, text);
}

export function peers(): void {
  expectPeer("10.1.2.3", 4, 8, "04080a000000000000000000000000000000");
  expectPeer("10.1.2.3:80", 4, 31, "041f0a010202000000000000000000000000");
  expectPeer("[::1]:80", 6, 128, "0680" + "00".repeat(15) + "01");
  expectPeer("[fe80::1%eth0]:80", 6, 10, "060afe800000000000000000000000000000");
  expectPeer("fe80::1%eth0", 6, 16, "0610fe800000000000000000000000000000");
  expectPeer("::1", 6, 128, "0680" + "00".repeat(15) + "01");
}

export function what_is_no_peer(): void {
  const texts = ["", "x", "1.2.3", "[::1", "/var/run/socket", "1.2.3.4:80:1", "[]:80", ":80"];
  for (let i = 0; i < texts.length; i++) {
    // Without the closing bracket the rest of the text is the address.
    if (texts[i] == "[::1") expectTrue(readPeerAddress(utf8(texts[i])), texts[i]);
    else expectFalse(readPeerAddress(utf8(texts[i])), texts[i]);
  }
}
