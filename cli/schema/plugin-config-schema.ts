// The schema of the plugin configuration: schema/jwt-policy.schema.json, as published.

import { readFileSync } from "node:fs";
import { pluginConfigSchemaPath } from "../package-files.js";
import type { JsonSchema } from "./violations.js";

export const pluginConfigSchema = JSON.parse(readFileSync(pluginConfigSchemaPath, "utf8")) as JsonSchema;
