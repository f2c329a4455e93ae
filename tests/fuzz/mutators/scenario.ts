// Changes to a scenario: its steps, and the texts in them.

import { configurationTexts } from "../targets/request-configurations.js";
import { readScenario, type Scenario, type Step } from "../targets/scenario.js";
import type { Random } from "../../seeded/random.js";
import { mutateBytes } from "./bytes.js";
import { jsonPieces, numbers, requestWords, tokenWords } from "./dictionary.js";
import { mutateText } from "./token.js";
import { mutateJson } from "./json.js";

type Header = readonly [string, string];

const headerNames = [
  ":method",
  ":path",
  ":authority",
  ":scheme",
  "authorization",
  "Authorization",
  "cookie",
  "x-token",
  "x-jwt-payload",
  "x-sub",
  "x-roles",
  "x-tenant",
  "origin",
  "access-control-request-method",
  "x-envoy-original-path",
  "x-forwarded-for",
  "host",
  "",
];
const words = [...requestWords, ...tokenWords, ...jsonPieces, ...numbers];
const statuses = [200, 200, 200, 204, 301, 304, 404, 500, 503, 0, 99999];

/** `text` with one to several changes; `other` is another scenario. Undefined if the text is no scenario. */
export function mutateScenario(text: string, random: Random, other: string): string | undefined {
  let scenario = readScenario(text);
  if (scenario === undefined) return undefined;
  const donor = readScenario(other)?.steps ?? [];
  for (let left = 1 + random.skewed(4); left > 0; left--) scenario = change(scenario, random, donor);
  return JSON.stringify(scenario);
}

function change(scenario: Scenario, random: Random, donor: readonly Step[]): Scenario {
  const steps = [...scenario.steps];
  const at = random.below(Math.max(steps.length, 1));
  switch (random.below(8)) {
    case 0:
      return { ...scenario, configuration: random.below(configurationTexts.length) };
    case 1:
      steps.splice(at, 1);
      break;
    case 2:
      steps.splice(random.below(steps.length + 1), 0, steps[at] ?? newStep(random));
      break;
    case 3:
      steps.splice(random.below(steps.length + 1), 0, newStep(random));
      break;
    case 4:
      if (donor.length > 0) steps.splice(random.below(steps.length + 1), 0, random.pick(donor));
      break;
    default:
      if (steps[at] !== undefined) steps[at] = changeStep(steps[at], random);
  }
  return { ...scenario, steps };
}

function newStep(random: Random): Step {
  switch (random.below(6)) {
    case 0:
      return { do: "reset", call: random.skewed(3) };
    case 1:
      return {
        do: "advance",
        milliseconds: random.pick([1, 20, 1_000, 2_000, 5_000, 30_000, 61_000, 181_000, 200_000]),
      };
    case 2:
      return { do: "leave", request: random.skewed(5) };
    case 3:
      return {
        do: "answer",
        call: random.skewed(3),
        status: random.pick(statuses),
        headers: [["content-type", "application/json"]],
        body: random.once(3) ? '{"keys":[]}' : "@keys",
      };
    default:
      return {
        do: "request",
        headers: [
          [":method", "GET"],
          [":path", "/headers"],
          [":authority", "a.example.com"],
          [
            "authorization",
            `Bearer \xab${random.pick(["HS256", "EdDSA", "ES256"])} {"iss":"https://idp.example.com/","sub":"alice","scope":"read write","aud":"api"}\xbb`,
          ],
        ],
      };
  }
}

function changeStep(step: Step, random: Random): Step {
  switch (step.do) {
    case "request":
      return { ...step, headers: changeHeaders(step.headers, random) };
    case "answer":
      if (random.once(3)) return { ...step, status: random.pick(statuses) };
      if (random.once(3)) return { ...step, headers: changeHeaders(step.headers, random) };
      return {
        ...step,
        call: random.skewed(3),
        body: random.once(4) ? "@keys" : changeBody(step.body, random),
      };
    case "advance":
      return { ...step, milliseconds: random.skewed(200_000) };
    case "reset":
      return { ...step, call: random.skewed(4) };
    case "leave":
      return { ...step, request: random.skewed(6) };
  }
}

function changeBody(body: string, random: Random): string {
  const json = random.once(2) ? mutateJson(body, random, tokenWords) : undefined;
  return json ?? mutateBytes(body, random, words, body);
}

function changeHeaders(headers: readonly Header[], random: Random): Header[] {
  const changed = [...headers];
  const at = random.below(Math.max(changed.length, 1));
  const header = changed[at];
  switch (random.below(6)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(random.below(changed.length + 1), 0, header ?? ["x", ""]);
      break;
    case 2:
      changed.splice(random.below(changed.length + 1), 0, [
        random.pick(headerNames),
        mutateBytes("", random, words, ""),
      ]);
      break;
    case 3:
      if (header !== undefined) changed[at] = [random.pick(headerNames), header[1]];
      break;
    default:
      if (header !== undefined) changed[at] = [header[0], changeValue(header[1], random)];
  }
  return changed;
}

/** The payload of a token in the value, or the value itself. */
function changeValue(value: string, random: Random): string {
  const token = /\xab(\w+) ([^\xbb]*)\xbb/.exec(value);
  if (token === null || random.once(4)) return mutateBytes(value, random, words, value);
  const payload = mutateText(token[2]!, random, token[2]!).replace(/[\xab\xbb]/g, "");
  return `${value.slice(0, token.index)}\xab${token[1]!} ${payload}\xbb${value.slice(token.index + token[0].length)}`;
}
