// All examples, in the order in which the page lists them.

import type { Example } from "./example.js";
import { meshExamples } from "./mesh-examples.js";
import { requestExamples } from "./request-examples.js";
import { tokenExamples } from "./token-examples.js";

export const examples: readonly Example[] = [...tokenExamples, ...requestExamples, ...meshExamples];
