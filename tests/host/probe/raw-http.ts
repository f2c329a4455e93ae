/** HTTP/1.1 on a bare socket, so that a test decides every byte of the header fields. */
import { connect } from "node:net";

export interface RawResponse {
  readonly status: number;
  /** In order, names in lower case, values as byte strings. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Sends a request without a body and reads the response; status 0 if the connection closes before there is a whole one. */
export async function rawGet(
  port: number,
  path: string,
  fields: readonly (readonly [string, string])[],
): Promise<RawResponse> {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "host: probe.test",
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1"));
    socket.on("data", (part) => {
      text += part.toString("latin1");
      const response = parseResponse(text);
      if (response !== undefined) {
        resolve(response);
        socket.destroy();
      }
    });
    socket.on("error", reject);
    socket.on("close", () => resolve({ status: 0, headers: [], body: "" }));
  });
}

/** The response in `text`, undefined as long as it is not all there. */
function parseResponse(text: string): RawResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine, ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const payload = text.slice(end + 4);
  const chunked = headers.some(([name, value]) => name === "transfer-encoding" && value === "chunked");
  const length = Number(headers.find(([name]) => name === "content-length")?.[1] ?? 0);
  const body = chunked ? joinChunks(payload) : payload.length >= length ? payload : undefined;
  return body === undefined ? undefined : { status: Number(statusLine?.split(" ")[1]), headers, body };
}

/** The content of a chunked body, undefined as long as the last chunk is missing. */
function joinChunks(payload: string): string | undefined {
  let body = "";
  for (let at = 0; ;) {
    const lineEnd = payload.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(payload.slice(at, lineEnd), 16);
    if (size === 0) return body;
    body += payload.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
