// A scene in the fragment of an address, which browsers send to nobody: `#1.` and the scene as JSON, deflated, in base64url.

import { fromBase64url, toBase64url } from "../../policies/text/base64url.js";
import { isObject } from "../../policies/resources/json.js";
import type { Json, JsonObject } from "../../policies/resources/tree.js";
import {
  emptyRequest,
  nothingPasted,
  type Expected,
  type KeptCase,
  type Scene,
  type SceneRequest,
} from "./scene.js";
import { sharedScene } from "./shared-scene.js";

const VERSION = "1";

/** Of the JSON in a link. A few bytes of a link can stand for very many. */
const MAX_BYTES = 2 << 20;

export class UnreadableLinkError extends Error {
  override readonly name = "UnreadableLinkError";
}

export interface Link {
  /** `#1.…` */
  readonly fragment: string;
  /** What is not in it, for people. */
  readonly left: readonly string[];
}

/**
 * The link to a scene.
 * @throws NotForSharingError if there is a key in it that cannot be left out
 */
export async function linkTo(scene: Scene): Promise<Link> {
  const { scene: shared, left } = sharedScene(scene);
  const { files, workload, request, token, claims, cases } = shared;
  const said = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== ""));
  const text = JSON.stringify({ files, workload, request: said, token, claims, cases });
  const packed = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return { fragment: `#${VERSION}.${toBase64url(packed)}`, left };
}

/**
 * The scene of a link; undefined if the fragment is none.
 * @throws UnreadableLinkError
 */
export async function sceneOf(fragment: string): Promise<Scene | undefined> {
  const match = /^#(\d+)\.([\w-]+)$/.exec(fragment);
  if (match === null) return undefined;
  if (match[1] !== VERSION)
    throw new UnreadableLinkError("This link is of another version of the page, which this one cannot read.");
  let value: Json;
  try {
    const bytes = await through(fromBase64url(match[2]!), new DecompressionStream("deflate-raw"));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json;
  } catch {
    throw new UnreadableLinkError("This link is broken: a part of it may be missing.");
  }
  return readScene(value);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of new Blob([bytes]).stream().pipeThrough(stream)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) throw new UnreadableLinkError("This link holds too much.");
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Anybody can have made a link: what is of another form than ours is not taken. */
function readScene(value: Json): Scene {
  const scene = objectOf(value);
  const token = textOf(scene["token"]);
  if (token !== "none" && token !== "claims") throw unreadable();
  const files = listOf(scene["files"]).map((one) => {
    const { file, text } = objectOf(one);
    return { file: textOf(file), text: textOf(text) };
  });
  if (files.length === 0) throw unreadable();
  return {
    files,
    workload: textOf(scene["workload"]),
    request: readRequest(scene["request"]),
    token,
    claims: textOf(scene["claims"]),
    pasted: nothingPasted,
    cases: listOf(scene["cases"]).map(readCase),
  };
}

function readRequest(value: Json | undefined): SceneRequest {
  const said = objectOf(value);
  return Object.fromEntries(
    Object.keys(emptyRequest).map((name) => [name, said[name] === undefined ? "" : textOf(said[name])]),
  ) as unknown as SceneRequest;
}

function readCase(value: Json): KeptCase {
  const { name, request, claims, expect } = objectOf(value);
  return {
    name: textOf(name),
    request: readRequest(request),
    claims: claims === undefined ? undefined : textOf(claims),
    expect: readExpected(expect),
  };
}

function readExpected(value: Json | undefined): Expected {
  const { decision, status, reason } = objectOf(value);
  if (decision === "allowed") return { decision };
  if (decision !== "denied" || typeof status !== "number") throw unreadable();
  return { decision, status, reason: textOf(reason) };
}

const unreadable = () => new UnreadableLinkError("This link holds something else than a scene.");

function objectOf(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw unreadable();
  return value;
}

function listOf(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw unreadable();
  return value;
}

function textOf(value: Json | undefined): string {
  if (typeof value !== "string") throw unreadable();
  return value;
}
