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
  type SceneMesh,
  type SceneRequest,
  usualMesh,
} from "./scene.js";
import { NotForSharingError, sharedScene } from "./shared-scene.js";

/** Its `1` had no mesh and none of these fields of a request: pages of then refuse a link that has, and read every other. */
const FIRST_VERSION = "1";
const VERSION = "2";
const newFields = ["certificate", "metadata"] as const;

/** Of the JSON in a link. A few bytes of a link can stand for very many. */
const MAX_BYTES = 2 << 20;

export class UnreadableLinkError extends Error {
  override readonly name = "UnreadableLinkError";
}

export interface Link {
  /** `#1.…`, `#2.…` */
  readonly fragment: string;
  /** What is not in it, for people. */
  readonly left: readonly string[];
}

/**
 * The link to a scene.
 * @throws NotForSharingError if there is a key in it that cannot be left out, or too much
 */
export async function linkTo(scene: Scene): Promise<Link> {
  const { scene: shared, left } = sharedScene(scene);
  const { files, workload, request, token, claims, cases } = shared;
  const mesh = said(shared.mesh);
  const text = JSON.stringify({
    files,
    workload,
    ...(Object.keys(mesh).length === 0 ? {} : { mesh }),
    request: said(request),
    token,
    claims,
    cases: cases.map((one) => ({ ...one, request: said(one.request) })),
  });
  const isOfNow =
    Object.keys(mesh).length > 0 ||
    [request, ...cases.map((one) => one.request)].some((one) => newFields.some((name) => one[name] !== ""));
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_BYTES)
    throw new NotForSharingError("This is too much for a link: share the files, and the command for them.");
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  return { fragment: `#${isOfNow ? VERSION : FIRST_VERSION}.${toBase64url(packed)}`, left };
}

/** What is filled in. */
const said = (fields: SceneRequest | SceneMesh): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));

/**
 * The scene of a link; undefined if the fragment is none.
 * @throws UnreadableLinkError
 */
export async function sceneOf(fragment: string): Promise<Scene | undefined> {
  const match = /^#(\d+)\.([\w-]+)$/.exec(fragment);
  if (match === null) return undefined;
  if (match[1] !== VERSION && match[1] !== FIRST_VERSION)
    throw new UnreadableLinkError("This link is of another version of the page, which this one cannot read.");
  let value: Json;
  try {
    const bytes = await through(fromBase64url(match[2]!), new DecompressionStream("deflate-raw"));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Json;
  } catch (error) {
    if (error instanceof UnreadableLinkError) throw error;
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
    mesh: readMesh(scene["mesh"]),
    request: readRequest(scene["request"]),
    token,
    claims: textOf(scene["claims"]),
    pasted: nothingPasted,
    cases: listOf(scene["cases"]).map(readCase),
  };
}

const readRequest = (value: Json | undefined): SceneRequest => readFields(emptyRequest, value);

function readMesh(value: Json | undefined): SceneMesh {
  const mesh = readFields(usualMesh, value ?? {});
  if (!["", "sidecar", "gateway", "waypoint"].includes(mesh.proxy)) throw unreadable();
  return mesh;
}

/** Texts by the names of `known`; what is left out is empty. */
function readFields<T extends object>(known: T, value: Json | undefined): T {
  const fields = objectOf(value);
  return Object.fromEntries(
    Object.keys(known).map((name) => [name, fields[name] === undefined ? "" : textOf(fields[name])]),
  ) as T;
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
